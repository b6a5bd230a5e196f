import { ask, type Disturber } from "../disturber.ts";

/** What fits into one body. */
const ROWS = 30_000;
const table = `id,name,tags\n${Array.from({ length: ROWS }, (_, i) => `new${i},Device ${i},a;b\n`).join("")}`;

export const csvDryRun: Disturber = {
  id: "csv-dry-run",
  title: "a dry run of a table of 30,000 devices",
  lanes: 1,
  disturb: (place) =>
    ask(place, "/api/v1/products/crowd/devices/import?dry_run=true", {
      method: "POST",
      headers: { "Content-Type": "text/csv" },
      body: table,
    }),
};
