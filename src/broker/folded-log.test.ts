import { expect, test } from "bun:test";
import { FoldedLog } from "./folded-log.ts";

test("the first of an address and a cause is a line at once, the others fold into one each ten seconds", () => {
  const lines: (readonly [object, string])[] = [];
  const log = new FoldedLog({ info: (facts, text) => void lines.push([facts, text]) });
  const seen = (remote: string, cause: string, client: string, now: number) =>
    log.info({ remote, client } as { remote: string }, cause, "refused a login", now);
  seen("192.0.2.1", "unknown_token", "a", 0);
  for (let i = 1; i <= 9; i++) {
    seen("192.0.2.1", "unknown_token", `b${i}`, i * 1e6);
    log.tick(i * 1e6);
  }
  expect(lines).toEqual([[{ remote: "192.0.2.1", client: "a" }, "refused a login"]]);
  seen("192.0.2.1", "expired_token", "a", 9e6);
  seen("192.0.2.2", "unknown_token", "a", 9e6);
  expect(lines).toHaveLength(3);
  log.tick(10e6);
  expect(lines[3]).toEqual([{ remote: "192.0.2.1", client: "b9", count: 9 }, "refused a login"]);
  log.tick(20e6);
  log.tick(30e6);
  expect(lines).toHaveLength(4);
  seen("192.0.2.1", "unknown_token", "a", 31e6);
  expect(lines).toHaveLength(5);
});

test("what it remembers is bounded", () => {
  let lines = 0;
  const log = new FoldedLog({ info: () => void lines++ });
  for (let i = 0; i < 5000; i++) log.info({ remote: `2001:db8::${i}` }, "x", "y", 0);
  expect(lines).toBe(1000);
  log.tick(10e6);
  log.info({ remote: "2001:db8::ffff" }, "x", "y", 11e6);
  expect(lines).toBe(1001);
});
