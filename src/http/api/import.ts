import { z } from "zod";
import { BadValues } from "../../base/errors.ts";
import { type ImportRow, importRows } from "../../history/import.ts";
import type { DeviceNode, ProductNode } from "../../fleet/nodes.ts";
import { readCsv } from "./csv.ts";
import * as values from "../../admin/values.ts";
import { seesDevice, seesProduct } from "../../admin/find.ts";
import { type AnyOperation, route } from "./route.ts";

/** Importing measurements with the times that they bear. */

const COLUMNS = ["time", "product", "device", "field", "value"] as const;
/** Rows that are recorded in one turn. */
const PIECE = 500;
const MOST_BAD = 100;
/** The same of a dry run: who asks wants to mend them. */
const MOST_BAD_DRY = 10_000;

const result = z
  .object({
    stored: z.int().meta({ description: "How many rows are stored, durably." }),
    refused: z.int().meta({ description: "How many are not." }),
    rows: z
      .array(z.object({ line: z.int(), field: z.string().optional(), code: z.string(), message: z.string() }))
      .meta({ description: `The refused rows by their lines, the first ${MOST_BAD}; of a dry run ${MOST_BAD_DRY}.` }),
  })
  .meta({ id: "Import" });

export const IMPORTS: readonly AnyOperation[] = [
  route({
    method: "post",
    path: "/import",
    id: "importMeasurements",
    tag: "Measurements",
    summary: "Import measurements",
    description:
      "A table as `exportMeasurements` gives it: time, product, device, field, value. Rows are stored with their times and not published; a bad row stops no other. Rows of the " +
      "same series and time: the last counts, so importing twice changes nothing. It takes the right to record on each device. With dry_run=true nothing is stored: the answer tells what would be.",
    query: z.strictObject({ dry_run: values.dryRun }),
    body: z.string(),
    bodyType: "text/csv",
    result,
    find: () => null,
    run: async ({ deps, who, query, body, again }) => {
      const table = await readCsv(body, COLUMNS);
      const [head] = table;
      const missing = COLUMNS.filter((name) => table.every(({ cells }) => !cells.has(name)));
      if (head && missing.length > 0)
        throw new BadValues("invalid_request", [
          { path: "", message: `The table has no column ${missing.join(", ")}.` },
        ]);
      const { directory, recorder, clock } = deps;
      const sees = {
        product: (product: ProductNode) => seesProduct(who.principal, product),
        device: (device: DeviceNode) => seesDevice(who.principal, device),
      };
      const dry = query.dry_run === true;
      const bad: z.input<typeof result>["rows"] = [];
      let [stored, refused] = [0, 0];
      for (let from = 0; from < table.length; from += PIECE) {
        again(); // rights obey at once
        const piece = table.slice(from, from + PIECE);
        const rows = piece.map(({ cells }): ImportRow => {
          const [time = "", product = "", device = "", field = "", value = ""] = COLUMNS.map((name) => cells.get(name));
          return [time, product, device, field, value];
        });
        const now = clock.micros();
        const done = await importRows(rows, { directory, recorder, principal: who.principal, now, sees, dry });
        stored += done.stored;
        refused += done.bad.length;
        for (const { row, field, code, message } of done.bad.slice(0, (dry ? MOST_BAD_DRY : MOST_BAD) - bad.length))
          bad.push({ line: piece[row]?.line ?? 0, ...(field !== undefined && { field }), code, message });
      }
      return { body: { stored, refused, rows: bad } };
    },
  }),
];
