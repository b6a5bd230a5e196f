import { expect, test } from "bun:test";
import { AuditTrim } from "./audit-trim.ts";

test("what is older than the setting goes, in parts; a failure is told, and the next time is another try", async () => {
  const asked: [number, number][] = [];
  const answers = [1000, 1000, 12];
  const warned: string[] = [];
  const log = { debug() {}, info() {}, error() {}, warn: (_: object, text: string) => void warned.push(text) };
  const store = {
    trimAudit: async (before: number, most: number) => {
      asked.push([before, most]);
      const answer = answers.shift();
      if (answer === undefined) throw new Error("no");
      return answer;
    },
  };
  const trim = new AuditTrim(store, 60, log);
  await trim.trim(5);
  expect(asked).toEqual(Array(3).fill([5, 1000]));
  trim.tick(100_000_000);
  trim.tick(100_000_000);
  expect(asked.slice(3)).toEqual([[40_000_000, 1000]]);
  await trim.trim(6);
  expect(warned.length).toBeGreaterThan(0);
});
