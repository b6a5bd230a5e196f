/** Questions for very many series. */
import { FieldcastEngine } from "../engines/fieldcast.ts";
import { createSlab, expectCount, medianOf, Writing, writePlan } from "../load.ts";
import { DAY, START } from "../rows.ts";
import { row, type StoreScenario } from "./scenario.ts";

const count = (value: number) => value.toLocaleString("en-US");
const DAY_ROUNDS = 1440;
/** Minutes of which the newest value is looked for. */
const MANY_ROUNDS = 100;

export const WIDE: StoreScenario = {
  id: "wide",
  title: ({ wide }) => `a day of ${count(wide)} series out of two days`,
  rows: [row("all", ({ wide }) => `all ${count(wide * DAY_ROUNDS)} points`, "ms")],
  load: async (engine, { wide, commit }) => {
    const plan = { seed: 7, firstSeries: 1, series: wide, start: START, rounds: 2 * DAY_ROUNDS };
    await writePlan(engine, plan, createSlab(), () => commit, new Writing());
    await engine.settle();
    const ask = async (): Promise<void> =>
      expectCount("points", await engine.pointsOfAll(wide, START + DAY, START + 2 * DAY), wide * DAY_ROUNDS);
    await ask();
    return { all: await medianOf(5, 15, ask) };
  },
};

export const MANY: StoreScenario = {
  id: "many",
  title: ({ many }) => `the newest value of ${count(many)} series with ${MANY_ROUNDS} each`,
  rows: [
    row("all", "all of them", "ms"),
    row("start", "all of them into memory, where a server then has them: a start of the store", "ms"),
  ],
  load: async (engine, { many, commit }) => {
    const plan = { seed: 8, firstSeries: 1, series: many, start: START, rounds: MANY_ROUNDS };
    await writePlan(engine, plan, createSlab(), () => commit, new Writing());
    await engine.settle();
    const ask = async (): Promise<void> => expectCount("series with a value", await engine.last(many), many);
    await ask();
    const all = await medianOf(10, 15, ask);
    if (!(engine instanceof FieldcastEngine)) return { all };
    const reopen = async (): Promise<void> => expectCount("series with a value", await engine.reopen(), many);
    return { all, start: await medianOf(5, 15, reopen) };
  },
};
