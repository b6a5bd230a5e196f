import { expect, test } from "bun:test";
import { type TokenUse, TokenUses } from "../auth/uses.ts";
import { UseKeeper } from "./token-uses.ts";

test("what is new is kept; what the store refuses is kept the next time; the end waits for all of it", async () => {
  const kept: TokenUse[] = [];
  const state = { fails: true };
  const warned: string[] = [];
  const say = (_: object, text: string) => void warned.push(text);
  const store = {
    readUses: async () => [{ token: 7, time: 1, address: "192.0.2.7" }],
    async keepUses(uses: readonly TokenUse[]) {
      if (state.fails) throw new Error("full");
      kept.push(...uses);
    },
  };
  const uses = new TokenUses();
  const keeper = new UseKeeper(uses, store, { debug: say, info: say, warn: say, error: say });
  await keeper.restore();
  expect(uses.of(7)?.address).toBe("192.0.2.7");
  await keeper.end();
  expect([kept, warned]).toEqual([[], []]);
  const use = { token: 1, time: 5, address: "192.0.2.1" };
  uses.note(use.token, use.time, use.address);
  keeper.tick();
  keeper.tick();
  await keeper.end();
  expect([kept, warned.length]).toEqual([[], 2]);
  state.fails = false;
  keeper.tick();
  await keeper.end();
  expect(kept).toEqual([use]);
});

test("among several nodes what others kept is shown, but not in the place of what is new here", async () => {
  const kept: TokenUse[] = [];
  const asked: (number | undefined)[] = [];
  const store = {
    async readUses(since?: number) {
      asked.push(since);
      return kept.filter(({ time }) => time >= (since ?? 0));
    },
    keepUses: async (uses: readonly TokenUse[]) => void kept.push(...uses),
  };
  const say = () => {};
  const uses = new TokenUses();
  const keeper = new UseKeeper(uses, store, { debug: say, info: say, warn: say, error: say }, true);
  await keeper.restore();
  const HOUR = 3600 * 1e6;
  kept.push({ token: 1, time: HOUR, address: "there" }, { token: 2, time: HOUR, address: "there" });
  await keeper.end();
  uses.note(2, 2 * HOUR, "here");
  kept.push({ token: 2, time: HOUR + 5, address: "there" });
  uses.restore(kept);
  expect([uses.of(1)?.address, uses.of(2)?.address]).toEqual(["there", "here"]);
  await keeper.end();
  expect([uses.of(1)?.address, uses.of(2)?.address]).toEqual(["there", "here"]);
  // not all of them each time
  expect(asked.at(-1)).toBeGreaterThan(0);
});
