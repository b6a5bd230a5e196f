/**
 * The disturber as a program of its own, so that what it costs is not in the times that are measured:
 * `disturb.ts <id> <seconds> <place as JSON>`. Prints how often it was done.
 */
import { DISTURBERS } from "./disturbers/all.ts";
import type { Place } from "./disturber.ts";

const [id, seconds, json = ""] = process.argv.slice(2);
const disturber = DISTURBERS.find((one) => one.id === id);
if (!disturber) throw new Error(`there is no disturber ${id}`);
const place = JSON.parse(json) as Place; // the bench wrote it
const end = performance.now() + Number(seconds) * 1000;
let done = 0;

async function lane({ once, disturb }: typeof disturber & object): Promise<void> {
  if (once) await Bun.sleep(1000);
  do {
    await disturb(place);
    done++;
  } while (!once && performance.now() < end);
}
await Promise.all(Array.from({ length: disturber.lanes }, () => lane(disturber)));
// connections that it left open would keep it alive
process.stdout.write(`${done}\n`, () => process.exit(0));
