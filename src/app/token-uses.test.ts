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
