import { expect, test } from "bun:test";
import { replay } from "./replay.ts";

test("what the bench replays waits for those who hear it", async () => {
  expect((await replay(10, 5000)).waiting).toBe(5000);
  expect((await replay(10, 0)).waiting).toBe(0);
});
