import type { Answer } from "../../admin/operations.ts";
import { withAccess } from "../access.ts";
import { serverSettings } from "../folder.ts";
import { type Colors, colors, json, visible } from "../text.ts";
import type { Io } from "../types.ts";

/** `can WHO publish|subscribe TOPIC`: answers 1 when it may not. */
export async function can(
  io: Io,
  [who = "", action = "", topic = ""]: readonly string[],
  flags: Readonly<Record<string, unknown>>,
): Promise<number> {
  const settings = serverSettings(io, flags);
  const answer = await withAccess(settings, {}, (access) => access.call("accessCheck", { who, action, topic }));
  io.out(flags.json === true ? json(answer) : renderAccess(answer, action, topic, colors(io.color)));
  return answer.allowed ? 0 : 1;
}

function renderAccess(answer: Answer<"accessCheck">, action: string, topic: string, c: Colors): string {
  const { account, allowed, refusal, notes, because, instead } = answer;
  const what = `${action === "publish" ? "publish on" : "subscribe to"} ${visible(topic)}`;
  const lines = [
    `${allowed ? c.green("yes:") : c.red("no:")} ${c.bold(visible(account))} may ${allowed ? "" : "not "}${what}`,
    ...(refusal === null ? [] : [`  ${refusal.message}`]),
    ...notes.map((note) => `  ${note}`),
    ...because.map(({ on, can, because: why }) => `  on ${on} it can ${can.join(", ")} (${why})`),
    ...(instead === null ? [] : [`  what would work: ${visible(instead)}`]),
  ];
  return `${lines.join("\n")}\n`;
}
