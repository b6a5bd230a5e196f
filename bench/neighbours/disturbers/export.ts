import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ask, command, type Disturber } from "../disturber.ts";

export const exportAll: Disturber = {
  id: "export",
  title: "an export of one measurement of every device",
  lanes: 1,
  prepare: async ({ data, devices, scratch }) => {
    const file = join(scratch, "measurements.csv");
    const rows = Array.from(
      { length: devices },
      (_, i) => `2026-01-01T00:00:00Z,crowd,dev${i},TEMPERATURE,${i % 50}\n`,
    );
    writeFileSync(file, `time,product,device,field,value\n${rows.join("")}`);
    await command(["import", file, "--data", data]);
  },
  disturb: (place) => ask(place, "/v1/export?products=crowd"),
};
