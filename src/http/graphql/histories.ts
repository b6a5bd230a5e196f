import { Turns } from "../../base/turns.ts";
import type { Micros } from "../../base/types.ts";
import type { DeviceNode, FieldNode } from "../../fleet/nodes.ts";
import { RowPrinter } from "../../history/print.ts";
import type { Cell, Range, Row } from "../../history/types.ts";
import { specOf } from "../../measure/types.ts";
import type { GraphContext } from "./context.ts";
import { untilNow } from "../history/range.ts";
import { DAY, FALLBACK, rangeOf, rowsFor, stepOf } from "./history.ts";
import { activeFields } from "./lookups.ts";
import { momentOf } from "./values.ts";

/** Of raw measurements it shows the latest part of the range. */
const LONGEST_RAW = 31 * DAY;

export interface HistoryArguments {
  readonly fields?: readonly (string | null)[] | null;
  readonly timerangestart: string;
  readonly timerangeend: string;
  readonly resolution?: string | null;
  readonly locf?: boolean | null;
  readonly aggregation?: string | null;
}

/** `history`: rows as JSON text, "[]" when there is nothing. @throws Refusal invalid_request: a time that is none */
export async function historyText(context: GraphContext, device: DeviceNode, wish: HistoryArguments): Promise<string> {
  const asked = rangeOf(wish.timerangestart, wish.timerangeend);
  const range = untilNow(asked, context.now);
  const named = new Set((wish.fields ?? []).filter((name) => name !== null).map((name) => name.toUpperCase()));
  const fields = activeFields(device.product).filter(({ row }) => named.size === 0 || named.has(row.id));
  if (fields.length === 0 || range.from >= range.to) return "[]";
  const step = stepOf(wish.resolution, range);
  // a device's own time may be a little ahead
  const latest = { from: Math.max(asked.from, range.to - LONGEST_RAW), to: asked.to };
  const buckets = { step: step ?? 0, aggregation: wish.aggregation ?? "AVG", carry: wish.locf !== false };
  const rows = await rowsFor(
    context,
    device,
    step === null ? { range: latest, fields } : { range, fields, ...buckets },
  );
  return textOf(fields, rows);
}

/** Fields without any value are left out; without any at all it is "[]". */
async function textOf(fields: readonly FieldNode[], rows: readonly Row[]): Promise<string> {
  const shown = fields.map((_, i) => rows.some(({ cells }) => cells[i] != null));
  if (!shown.includes(true)) return "[]";
  const printer = new RowPrinter(
    fields.map(({ row }) => row.id),
    shown,
  );
  const parts: string[] = [];
  const turns = new Turns();
  for (const row of rows) {
    parts.push(printer.print(row));
    if (turns.due) await turns.next();
  }
  return `[${parts.join(",")}]`;
}

/** `historyNg`: for each field its buckets, and the same filled forward; null: it has nothing in the range. */
export async function historyByField(
  context: GraphContext,
  device: DeviceNode,
  { start, end, resolution }: { readonly start: string; readonly end: string; readonly resolution?: string | null },
): Promise<string> {
  const range = untilNow(rangeOf(start, end), context.now);
  const fields = activeFields(device.product);
  const all: Record<string, Record<string, Cell> | null> = {};
  for (const { row } of fields) all[row.id] = all[`${row.id}-LOCF`] = null;
  if (range.from >= range.to || fields.length === 0) return JSON.stringify(all);
  const step = stepOf(resolution ?? "30m", range) ?? FALLBACK;
  for (const carry of [false, true]) {
    const rows = await rowsFor(context, device, { range, fields, step, aggregation: "AVG", carry });
    for (const [i, { row }] of fields.entries()) {
      if (rows.every(({ cells }) => cells[i] == null)) continue;
      const column = rows.map(({ time, cells }) => [isoOf(time), cells[i] ?? null] as const);
      all[carry ? `${row.id}-LOCF` : row.id] = Object.fromEntries(column);
    }
  }
  return JSON.stringify(all);
}
function isoOf(time: Micros): string {
  return new Date(time / 1000).toISOString();
}

/** `historyStats`: least, greatest, newest and mean of each number in the range (by default the last day). */
export async function statsText(
  context: GraphContext,
  device: DeviceNode,
  { start, end }: { readonly start?: string | null; readonly end?: string | null },
): Promise<string> {
  const to = Math.min(end == null ? context.now + 1 : momentOf("end", end), context.now + 1);
  const from = start == null ? to - DAY : momentOf("start", start);
  const all: Record<string, object> = {};
  const numbers = activeFields(device.product).filter(({ row }) => specOf(row.type).form === "number");
  if (from >= to || numbers.length === 0) return "{}";
  for (const field of numbers) {
    const found = await statsOf(context, device, field, { from, to });
    if (found) all[field.row.id] = found;
  }
  return JSON.stringify(all);
}
async function statsOf(context: GraphContext, device: DeviceNode, field: FieldNode, range: Range) {
  const rows = await rowsFor(context, device, { range, fields: [field] });
  const [first] = rows;
  if (!first) return null;
  let [least, greatest, last] = [first, first, first];
  let sum = 0;
  const numberIn = ({ cells }: Row) => Number(cells[0]);
  for (const row of rows) {
    if (numberIn(row) < numberIn(least)) least = row;
    if (numberIn(row) > numberIn(greatest)) greatest = row;
    last = row;
    sum += numberIn(row);
  }
  return {
    min: numberIn(least),
    min_time: isoOf(least.time),
    max: numberIn(greatest),
    max_time: isoOf(greatest.time),
    last_value: numberIn(last),
    last_time: isoOf(last.time),
    avg: String(sum / rows.length),
  };
}
