/** One scenario on one engine, in a process of its own, so that memory and bytes written are its own. Argument: a Job as JSON. */
import { ENGINES, SCENARIOS } from "./catalogue.ts";
import type { Place } from "./engine.ts";
import type { StoreVolume } from "./volume.ts";

export interface Job {
  readonly scenario: string;
  readonly engine: string;
  readonly place: Place;
  readonly volume: StoreVolume;
}

const job = JSON.parse(process.argv[2] ?? "{}") as Job; // the runner's own words
const scenario = SCENARIOS.find(({ id }) => id === job.scenario);
const kind = ENGINES.find(({ name }) => name === job.engine);
if (!scenario || !kind) throw new Error(`no scenario ${job.scenario} on ${job.engine}`);

const engine = await kind.open(job.place);
const figures = await scenario.load(engine, job.volume);
await engine.close();
process.stdout.write(`${JSON.stringify(figures)}\n`);
