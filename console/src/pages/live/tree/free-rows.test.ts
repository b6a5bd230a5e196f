import { expect, test } from "bun:test";
import type { FreeTopic } from "../../../live/free-store.ts";
import { FREE_ROOT, freeKey, freeRowsOf } from "./free-rows.ts";
import { filterOf, publishTopic } from "./rows.ts";

const topic = (name: string): FreeTopic => ({
  ...{ topic: name, payload: "on", base64: false, bytes: 2, qos: 0, retained: false, time: null, rate: 0 },
});
const TOPICS = ["/odd", "hall", "hall/door", "hall/light/1", "kitchen/light"].map(topic);
const shown = (search: string, ...open: string[]) =>
  freeRowsOf(TOPICS, search, new Set(open)).map(
    ({ level, path, open: isOpen, count, free }) =>
      `${level} ${path ?? "root"}${isOpen === undefined ? "" : isOpen ? " -" : " +"}${count === undefined ? "" : ` ${count}`}${free ? " !" : ""}`,
  );

test("a line for each level that is open; topics may lie above others, and levels may be empty", () => {
  expect(shown("")).toEqual(["1 root - 5", "2  + 1", "2 hall + 2 !", "2 kitchen + 1"]);
  expect(shown("", FREE_ROOT)).toEqual(["1 root + 5"]);
  expect(shown("", freeKey("hall"), freeKey("hall/light"), freeKey(""))).toEqual([
    "1 root - 5",
    "2  - 1",
    "3 /odd !",
    "2 hall - 2 !",
    "3 hall/door !",
    "3 hall/light - 1",
    "4 hall/light/1 !",
    "2 kitchen + 1",
  ]);
});
test("a search shows what fits, opened", () => {
  expect(shown("LIGHT").slice(1)).toEqual([
    "2 hall - 1",
    "3 hall/light - 1",
    "4 hall/light/1 !",
    "2 kitchen - 1",
    "3 kitchen/light !",
  ]);
  const many = Array.from({ length: 2000 }, (_, n) => topic(`t${n}`));
  expect(freeRowsOf(many, "t", new Set()).length).toBe(301);
});
test("topics to publish on, and filters of what is there and below", () => {
  const rows = freeRowsOf(TOPICS, "", new Set([freeKey("hall")]));
  const of = (path: string | undefined) => {
    const row = rows.find((one) => one.path === path);
    return row && [publishTopic(row, "dtck"), filterOf(row)];
  };
  expect([of(undefined), of("hall"), of("hall/door")]).toEqual([
    [null, "#"],
    ["hall", "hall/#"],
    ["hall/door", "hall/door"],
  ]);
});
