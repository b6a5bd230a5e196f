import { expect, test } from "bun:test";
import fc from "fast-check";
import { Refusal } from "../../base/errors.ts";
import { createControl } from "./control.ts";

function make() {
  const calls: unknown[] = [];
  const logged: object[] = [];
  const say = (fields: object) => void logged.push(fields);
  const control = createControl({
    operations: {
      echo: async (input) => {
        calls.push(input);
        return input;
      },
      refuse: async () => {
        throw new Refusal("immutable", "A slug stays.", [{ row: 1, code: "immutable", message: "m" }]);
      },
      break: async () => {
        throw new Error("secret path");
      },
    },
    log: { debug: say, info: say, warn: say, error: say },
  });
  const ask = async (method: string, path: string, body?: string | Uint8Array<ArrayBuffer>) => {
    const init = body === undefined ? { method } : { method, body };
    const answer = await control.fetch(new Request(`http://localhost${path}`, init));
    return [answer.status, (await answer.json()) as unknown] as const;
  };
  return { ask, calls, logged };
}

test("ping", async () => {
  expect(await make().ask("GET", "/control/ping")).toEqual([200, { ok: true, result: "pong" }]);
});

test("an operation gets the JSON and its result comes back", async () => {
  const { ask, calls } = make();
  expect(await ask("POST", "/control/echo", '{"a":[1]}')).toEqual([200, { ok: true, result: { a: [1] } }]);
  expect(await ask("POST", "/control/echo")).toEqual([200, { ok: true, result: null }]);
  expect(calls).toEqual([{ a: [1] }, undefined]);
});

test("refusals and faults", async () => {
  const { ask, calls, logged } = make();
  expect(await ask("POST", "/control/refuse")).toEqual([
    409,
    { ok: false, code: "immutable", message: "A slug stays.", rows: [{ row: 1, code: "immutable", message: "m" }] },
  ]);
  expect(logged).toEqual([]);
  const [status, body] = await ask("POST", "/control/break");
  expect([status, body]).toMatchObject([500, { ok: false, code: "internal_error" }]);
  expect(JSON.stringify(body)).not.toContain("secret");
  expect(logged).toHaveLength(1);
  expect(await ask("POST", "/control/echo", "{")).toMatchObject([400, { ok: false, code: "invalid_request" }]);
  expect(calls).toEqual([]);
});

test.each([
  ['{"a":1,"a":2}', '"a"'],
  ['[{"b":{"c":1,"\\u0063":1}}]', '"c"'],
  ['{"a":1e400}', "larger than a number may be"],
  ['{"__proto__":1}', "not JSON"],
])("what would be lost without a word is refused: %s", async (text, says) => {
  const { ask, calls } = make();
  const [status, body] = await ask("POST", "/control/echo", text);
  expect([status, body]).toMatchObject([400, { code: "invalid_request", message: expect.stringContaining(says) }]);
  expect(calls).toEqual([]);
});

test.each(["/control/nope", "/control/__proto__", "/control/constructor", "/control/", "/", "/control/echo/more"])(
  "POST %s: nothing there",
  async (path) => {
    expect(await make().ask("POST", path)).toMatchObject([404, { ok: false, code: "not_found" }]);
  },
);

test("a stream: its lines as they come, and its end", async () => {
  const parts = ['{"n":1}\n{"n":2}\n', '{"n":3}\n'];
  let closed = 0;
  const source = { next: async () => parts.shift() ?? null, close: () => void closed++ };
  const asked: unknown[] = [];
  const quiet = { debug() {}, info() {}, warn() {}, error() {} };
  const control = createControl({
    operations: {},
    streams: {
      trace: async (input) => {
        asked.push(input);
        if (input === undefined) throw new Refusal("invalid_request", "What?");
        return source;
      },
    },
    log: quiet,
  });
  const post = (body?: string) => {
    const init = body === undefined ? { method: "POST" } : { method: "POST", body };
    return control.fetch(new Request("http://localhost/control/trace", init));
  };
  const answer = await post('{"client":"a"}');
  expect(answer.headers.get("content-type")).toBe("application/x-ndjson");
  expect(await answer.text()).toBe('{"n":1}\n{"n":2}\n{"n":3}\n');
  expect((await post()).status).toBe(400);
  expect([asked, closed]).toEqual([[{ client: "a" }, undefined], 0]);
  // a reader who goes away ends the source
  parts.push("{}\n", "{}\n");
  const reader = (await post("{}")).body?.getReader();
  await reader?.read();
  await reader?.cancel();
  expect(closed).toBe(1);
});

test("hostile bodies are never a fault", async () => {
  const { ask } = make();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), async (body) => {
      expect([200, 400]).toContain((await ask("POST", "/control/echo", new Uint8Array(body)))[0]);
    }),
  );
});
