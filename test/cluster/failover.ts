/** Fail-overs, one after the other: how long clients with one publish in flight wait for an answer, each killed or stopped server and PostgreSQL by itself. */
import { parseArgs } from "node:util";
import { KILLED, STOPPED } from "./blows.ts";
import type { Blow } from "./blows-kit.ts";
import { PRIMARY_KILLED } from "./blows-postgres.ts";
import { World } from "./world.ts";
import { median, print } from "../../bench/table.ts";

const { values } = parseArgs({
  options: {
    nodes: { type: "string", default: "3" },
    runs: { type: "string", default: "3" },
  },
});

/** The longest time, ms, that each of the clients waited. */
async function once(world: World, blow: Blow): Promise<number[]> {
  await world.settles();
  // judges have been there for long enough
  await Bun.sleep(12_000);
  world.measure();
  await blow.strike(world, Math.random);
  await world.pause(90_000);
  return world.speakers.map(({ longest }) => longest);
}

async function main(): Promise<boolean> {
  const nodes = Number(values.nodes);
  const world = await World.start({ shape: nodes });
  try {
    console.log(`| ${nodes} servers, 4 clients | waits, median | least–most |\n|---|---:|---:|`);
    for (const blow of [KILLED, STOPPED, PRIMARY_KILLED]) {
      const all: number[] = [];
      for (let run = 0; run < Number(values.runs); run++) all.push(...(await once(world, blow)));
      const [least, most] = [Math.min(...all), Math.max(...all)].map((ms) => print(ms, "ms"));
      console.log(`| ${blow.name} | ${print(median(all), "ms")} | ${least}–${most} |`);
    }
    const wrong = await world.end();
    for (const line of wrong) console.error(line);
    return wrong.length === 0;
  } finally {
    await world.remove();
  }
}

process.exit((await main()) ? 0 : 1);
