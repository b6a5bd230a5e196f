import { describe, expect, test } from "bun:test";
import { createLog, type LogOptions } from "./log.ts";

function recorder(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const stream = { write: (text: string) => lines.push(text) };
  return { lines, log: createLog({ level: "info", format: "json", stream, now: () => 0, ...options }) };
}

describe("json", () => {
  test("one object per line, at once, with level and time", () => {
    const { lines, log } = recorder();
    log.info({ port: 1883 }, "listens");
    expect(lines).toEqual(['{"level":"info","time":"1970-01-01T00:00:00.000Z","port":1883,"msg":"listens"}\n']);
  });

  test("a child says its fields with everything", () => {
    const { lines, log } = recorder();
    log.child({ client: "a" }).child({ n: 1 }).warn({ m: 2 }, "slow");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "warn", client: "a", n: 1, m: 2, msg: "slow" });
  });

  test("characters that a terminal obeys are escaped, and the value stays the same", () => {
    const { lines, log } = recorder();
    const hostile = "\u001b[2J\u009b31m\u202e\u2028x\r\n\u007f";
    log.info({ client: hostile }, hostile);
    expect(lines[0]).toMatch(/^[\x20-\x7e]+\n$/);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ client: hostile, msg: hostile });
  });
});

test.each(["json", "pretty"] as const)("%s: secrets are hidden, also one and two levels down", (format) => {
  const { lines, log } = recorder({ format });
  const secret = "0123456789abcdef";
  log.child({ token: secret }).info({ password: secret, a: { token: secret, b: { password: secret } } }, "login");
  expect(lines.join("")).not.toContain(secret);
  expect(lines.join("").match(/\[hidden\]/g)).toHaveLength(4);
});

test.each(["json", "pretty"] as const)(
  "%s: an access token is hidden but for its end, whatever field holds it",
  (format) => {
    const { lines, log } = recorder({ format });
    const token = "0123456789abcdef0123456789abcdef01234567";
    log.info({ client: token, topic: `a/${token}/b`, [token]: 1, two: token + token }, `login of ${token}`);
    expect(lines.join("")).not.toContain("0123456789abcdef");
    expect(lines.join("").match(/…4567/g)).toHaveLength(5);
  },
);

test("what is less important than the level is not said", () => {
  const { lines, log } = recorder({ level: "warn" });
  log.debug({}, "d");
  log.info({}, "i");
  log.warn({}, "w");
  log.error({}, "e");
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(["w", "e"]);
});

describe("pretty", () => {
  test("one line of text with level, message and fields", () => {
    const { lines, log } = recorder({ format: "pretty" });
    log.info({ port: 1883 }, "listens");
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\[00:00:00\.000Z\] INFO: listens \{"port":1883\}\n$/);
  });

  test("nothing that a client sent moves the cursor or begins a line", () => {
    const { lines, log } = recorder({ format: "pretty" });
    const hostile = "a\u001b[2J\u009b31m\u202e\r\n[00:00:00.000] ERROR: forged";
    log.warn({ client: hostile, deep: { [hostile]: [hostile] } }, `login of ${hostile}`);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[\x20-\x7e]+\n$/);
    expect(lines[0]).toContain("login of a\\u001b[2J\\u009b31m\\u202e\\u000d\\u000a[00:00:00.000] ERROR: forged");
  });

  test("colours only when asked for", () => {
    const { lines, log } = recorder({ format: "pretty", color: true });
    log.error({}, "no");
    expect(lines[0]).toContain("\u001b[");
  });

  test("an error is shown with its stack", () => {
    const { lines, log } = recorder({ format: "pretty" });
    log.error({ err: new Error("broken\u001b[0m") }, "failed");
    expect(lines[0]).toContain("broken\\u001b[0m");
    expect(lines[0]).toContain("log.test.ts");
    expect(lines[0]).not.toContain("\u001b");
  });
});
