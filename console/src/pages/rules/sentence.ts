import type { Rule } from "../../../../sdk/operations.js";
import type { Text } from "../../text/index.ts";
import { type Comparison, linesOf } from "./rule-form.ts";

type Words = Text["rules"];

/** What a rule looks at, in one line. */
export function sentenceOf({ trigger, condition, for: held, scope }: Rule, words: Words): string {
  const found = linesOf(condition);
  const lines = found?.lines.map((line) => lineText(line, words)).join(` ${words.joins[found.join]} `);
  const when =
    trigger.type === "measurement"
      ? words.sentence.measurement(trigger.fields.join(", "))
      : trigger.type === "silence"
        ? words.sentence.silence(trigger.timeout)
        : trigger.type === "schedule"
          ? words.sentence.schedule(trigger.cron, trigger.zone)
          : words.sentence[trigger.event](trigger.field, trigger.radius);
  const parts = [when, found === null ? words.sentence.complex : lines === "" ? null : lines];
  if (held !== null) parts.push(words.sentence.for(held));
  const where = [...scope.products, ...scope.tags, ...scope.devices.map(({ device }) => device)];
  if (where.length > 0) parts.push(where.slice(0, 5).join(", "));
  return parts.filter((part) => part !== null && part !== undefined).join(" · ");
}
function lineText({ field, figure, over, operator, value }: Comparison, words: Words): string {
  const what = figure === "" ? field : `${words.figureOf(figure)}(${field}, ${over})`;
  return `${what} ${operator.replace("_", " ")} ${value}`;
}
