import { afterAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rowsOf } from "../../src/decoders/results.ts";
import { Sandbox } from "../../src/decoders/sandbox.ts";
import type { CallKind } from "../../src/decoders/types.ts";
import { scriptOf } from "../../src/decoders/worker.ts";

/** The scripts of docs/decoders.md run as they stand there, and give what the page says. */

const sandbox = new Sandbox({ processes: 1 });
afterAll(() => sandbox.stop());

const page = readFileSync(join(import.meta.dir, "..", "..", "docs", "decoders.md"), "utf8");
const SCRIPTS = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code = ""]) => code);
/** Bodies that stand beside the scripts. */
const JSON_BODY = /A request with `(\{.*\})`/.exec(page)?.[1] ?? "";
const LINE = /`(S1;.*)`/.exec(page)?.[1] ?? "";

interface Asked {
  readonly kind: CallKind;
  readonly input: unknown;
}
function askedOf(code: string): Asked {
  if (code.includes("(request)")) {
    const body = code.includes("JSON.parse") ? JSON_BODY : LINE;
    return { kind: "request", input: { request: { method: "POST", path: "/", body, headers: {}, GET: {}, POST: {} } } };
  }
  if (code.includes("(topic")) return { kind: "message", input: { topic: "home/S1/temperature", payload: "21.5" } };
  return { kind: "uplink", input: { bytes: [0, 215], fPort: 2, recvTime: 0, variables: {} } };
}
const globals = {
  normalizedPayload: { gateways: [{ rssi: -97 }] },
  configurationValues: { depth: 4 },
};

describe("the scripts of docs/decoders.md", () => {
  test("there are some, with what comes to them", () => {
    expect([SCRIPTS.length >= 6, JSON_BODY.length > 10, LINE.length > 10]).toEqual([true, true, true]);
  });

  test.each(SCRIPTS)("%s", async (code) => {
    const outcome = await sandbox.call({ workspace: "docs", script: scriptOf(code), globals, ...askedOf(code) });
    if (!outcome.ok) throw new Error(`${outcome.message}, line ${outcome.line}`);
    const { rows, errors, warnings } = rowsOf(outcome.called, outcome.result);
    expect([errors, warnings]).toEqual([[], []]);
    const values = Object.fromEntries(rows.map(({ field, value }) => [field, value]));
    const { TEMPERATURE, LEVEL, SIGNAL } = values;
    expect([TEMPERATURE ?? 21.5, LEVEL ?? 4, SIGNAL ?? -97]).toEqual([21.5, 4, -97]);
    expect(TEMPERATURE ?? LEVEL).toBeNumber();
    for (const { device } of rows) expect([undefined, "S1"]).toContain(device);
  });
});
