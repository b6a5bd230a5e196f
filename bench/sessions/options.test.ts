import { expect, test } from "bun:test";
import { parseOptions } from "./options.ts";

test("crowds and the replay are chosen by flags, and wrong ones are refused", () => {
  expect(parseOptions([])).toMatchObject({ rate: 1000, bytes: 2000, replaySessions: 100_000, replayRows: 1_000_000 });
  const some = parseOptions(["--beside", "mute:3, away:7", "--replay", "10x20", "--runs", "2"]);
  expect(some?.beside).toEqual([
    { kind: "mute", sessions: 3 },
    { kind: "away", sessions: 7 },
  ]);
  expect(some).toMatchObject({ runs: 2, replaySessions: 10, replayRows: 20 });
  expect(parseOptions(["--beside", "none"])?.beside).toEqual([]);
  expect(parseOptions(["--help"])).toBeUndefined();
  expect(() => parseOptions(["--beside", "loud:3"])).toThrow("--beside: loud is none of mute, blocked, away");
  expect(() => parseOptions(["--beside", "mute"])).toThrow("--beside:  is not a whole number of 1 or more");
});
