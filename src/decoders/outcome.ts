import { lineOf } from "./sandbox/source.ts";
import type { Failure, FunctionName, Limits, Outcome } from "./types.ts";

const TOLD: Readonly<Record<string, [Failure, (limits: Limits) => string]>> = {
  timeout: ["timeout", ({ cpuMs }) => `the script took longer than ${cpuMs} ms`],
  memory: ["memory", ({ memoryBytes }) => `the script wanted more than ${memoryBytes / 1024 / 1024} MiB of memory`],
  too_large: ["too_large", ({ resultChars }) => `the result is larger than ${resultChars / 1024} KiB`],
  broken: ["threw", () => "the script nested calls or data more deeply than it may"],
};

/**
 * What a sandbox process answered.
 * @param kind what came of the call; body: its JSON; ms: how long it took
 */
export function outcomeOf(kind: string, body: string, ms: number, limits: Limits, code: string): Outcome {
  const told = TOLD[kind];
  const parsed: unknown = JSON.parse(body);
  if (told !== undefined) {
    const log = Array.isArray(parsed) ? (parsed as string[]) : [];
    return { ok: false, reason: told[0], message: told[1](limits), line: null, log, ms };
  }
  const answer = parsed as {
    error?: string;
    name?: string;
    stack?: string;
    called: FunctionName;
    result: unknown;
    log: string[];
  };
  if (answer.error === undefined)
    return { ok: true, called: answer.called, result: answer.result ?? null, log: answer.log, ms };
  const name = answer.name === undefined || answer.name === "Error" ? "" : `${answer.name}: `;
  return {
    ok: false,
    reason: "threw",
    message: name + answer.error,
    line: lineOf(answer.stack ?? "", code),
    log: answer.log,
    ms,
  };
}
