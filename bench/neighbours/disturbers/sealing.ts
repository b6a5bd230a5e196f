import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { command, type Disturber, type Place } from "../disturber.ts";

/** Rows after which the server seals its log, and somewhat fewer that wait for the last ones. */
const SEALED_AT = 1_000_000;
const BEFORE = SEALED_AT - 10_000;
const LAST = 20_000;
const SERIES = 1000;
/** The first measurement, ms; it lies in the past. */
const BEGIN_MS = Date.UTC(2026, 0, 1);

/** A table of measurements number `from` to `to`, in turn of all devices, each a second after its last. */
function table({ devices, scratch }: Place, name: string, from: number, to: number): string {
  const series = Math.min(SERIES, devices);
  const rows: string[] = [];
  for (let n = from; n < to; n++) {
    const time = new Date(BEGIN_MS + Math.floor(n / series) * 1000).toISOString();
    rows.push(`${time},crowd,dev${n % series},TEMPERATURE,${(n * 7) % 500}\n`);
  }
  const file = join(scratch, name);
  writeFileSync(file, `time,product,device,field,value\n${rows.join("")}`);
  return file;
}

export const sealing: Disturber = {
  id: "sealing",
  title: "the sealing of a million measurements",
  lanes: 1,
  once: true,
  prepare: async (place) => {
    await command(["import", table(place, "before.csv", 0, BEFORE), "--data", place.data]);
  },
  disturb: (place) => command(["import", table(place, "last.csv", BEFORE, BEFORE + LAST), "--data", place.data]),
};
