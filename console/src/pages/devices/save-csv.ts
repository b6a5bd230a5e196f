import { csvText, saveFile } from "../../parts/csv.ts";
import type { Text } from "../../text/index.ts";
import type { DeviceColumn, Row } from "./columns.tsx";
import { sorted } from "./order.ts";

/** Saves what is shown as a table: these columns, in this order. */
export function saveCsv(t: Text, rows: readonly Row[], columns: readonly DeviceColumn[], sort: string): void {
  const lines = sorted(rows, columns, sort, t.time.locale).map((row) => columns.map(({ text }) => text(row)));
  const heads = columns.map(({ head }) => head);
  saveFile(t.devices.csvFile, csvText(heads, lines), "text/csv");
}
