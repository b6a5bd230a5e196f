/** Fail-overs, one after the other: how long clients with one publish in flight wait for an answer, each killed or stopped server and PostgreSQL by itself. */
import { parseArgs } from "node:util";
import { type Blow, sign } from "./blows-kit.ts";
import { PRIMARY_KILLED } from "./blows-postgres.ts";
import { World } from "./world.ts";
import { median, print } from "../../bench/table.ts";

const { values } = parseArgs({
  options: {
    nodes: { type: "string", default: "3" },
    runs: { type: "string", default: "3" },
  },
});

/** To the server that all clients are on. */
function strikes(name: string, signal: "SIGKILL" | "SIGTERM"): Blow {
  return {
    name,
    async strike({ servers, speakers: [speaker] }) {
      const one = servers.find(({ ports }) => ports.mqtt === speaker?.where);
      if (one === undefined) throw new Error("the clients are nowhere");
      sign(one, signal);
      if (signal === "SIGTERM") await one.ended();
    },
  };
}

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
  const world = await World.start({ shape: nodes, stay: true });
  try {
    console.log(`| ${nodes} servers, 4 clients with stored sessions | waits, median | least–most |\n|---|---:|---:|`);
    for (const blow of [
      strikes("the server that they are on is killed", "SIGKILL"),
      strikes("it is stopped", "SIGTERM"),
      PRIMARY_KILLED,
    ]) {
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
