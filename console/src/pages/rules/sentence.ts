import type { Rule } from "../../../../sdk/operations.js";
import type { Text } from "../../text/index.ts";
import { type Comparison, linesOf } from "./rule-condition.ts";

type Words = Text["rules"];

/** What a rule looks at, in one line. */
export function sentenceOf({ trigger, condition, for: held }: Rule, words: Words): string {
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
  return parts.filter((part) => part !== null && part !== undefined).join(" · ");
}

/** How many of a list are named. */
const NAMED = 3;

/** Which devices a rule is about, in words. */
export function scopeOf({ scope: { products, tags, devices } }: Pick<Rule, "scope">, words: Words): string {
  const some = (all: readonly string[]) =>
    all.length <= NAMED ? all.join(", ") : words.andOthers(all.slice(0, NAMED).join(", "), all.length - NAMED);
  const parts = [
    products.length > 0 ? words.ofProducts(some(products)) : null,
    tags.length > 0 ? words.withTags(some(tags), tags.length) : null,
    devices.length > 0 ? some(devices.map(({ product, device }) => `${product}/${device}`)) : null,
  ].filter((part) => part !== null);
  return parts.length === 0 ? words.allDevices : words.forDevices(parts.join(" · "));
}
function lineText({ field, figure, over, operator, value }: Comparison, words: Words): string {
  const what = figure === "" ? field : `${words.figureOf(figure)}(${field}, ${over})`;
  return `${what} ${operator.replace("_", " ")} ${value}`;
}
