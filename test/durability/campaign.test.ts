import { expect, test } from "bun:test";
import { campaign } from "../campaign/campaign.ts";

/** `FIELDCAST_TEST_SEED=n` repeats a run's choices; the moments of a kill differ all the same. `npm run campaign` is the long one. */
const seed = Number(process.env.FIELDCAST_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));

test.each([
  ["with room in the queues", 6, false],
  ["with queues that overflow", 4, true],
] as const)(
  `6: kills amid everything, %s (seed ${seed}): what was acknowledged is there once, and heard once (%d kills)`,
  async (_, kills, tight) => {
    const { faults, acknowledged, heard, edits } = await campaign({ seed, kills, tight, say: () => {} });
    expect(faults).toEqual([]);
    expect(acknowledged).toBeGreaterThan(kills * 100);
    expect(heard).toBeGreaterThan(acknowledged);
    expect(edits).toBeGreaterThan(kills);
  },
  180_000,
);
