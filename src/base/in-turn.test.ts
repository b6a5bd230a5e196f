import { expect, test } from "bun:test";
import { InTurn } from "./in-turn.ts";

test("one after the other, and a failure is its own caller's alone", async () => {
  const turns = new InTurn();
  const seen: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const first = turns.run(async () => {
    seen.push("first begins");
    await promise;
    seen.push("first ends");
    throw new Error("it failed");
  });
  const second = turns.run(async () => {
    seen.push("second");
    return 2;
  });
  await Promise.resolve();
  await Promise.resolve();
  expect(seen).toEqual(["first begins"]);
  resolve();
  await expect(first).rejects.toThrow("it failed");
  expect(await second).toBe(2);
  expect(seen).toEqual(["first begins", "first ends", "second"]);
});
