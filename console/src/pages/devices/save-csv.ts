import { csvText, saveFile } from "../../parts/csv.ts";
import { sortedRows } from "../../parts/pieces.ts";
import type { Text } from "../../text/index.ts";
import type { DeviceColumn } from "./columns.tsx";
import type { Row } from "./rows.ts";

/** Saves what is shown as a table: these columns, in this order. */
export function saveCsv(t: Text, rows: readonly Row[], columns: readonly DeviceColumn[], sort: string): void {
  const by = columns.find(({ id }) => id === sort.replace(/^-/, ""))?.sortBy;
  const ordered = by === undefined ? rows : sortedRows(rows, { by, down: sort.startsWith("-"), locale: t.time.locale });
  const lines = ordered.map((row) => columns.map(({ text }) => text(row)));
  const heads = columns.map(({ head }) => head);
  saveFile(t.devices.csvFile, csvText(heads, lines), "text/csv");
}
