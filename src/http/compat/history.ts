import { Refusal } from "../../base/errors.ts";
import { Turns } from "../../base/turns.ts";
import type { Micros } from "../../base/types.ts";
import { type Plan, plan } from "../../history/query.ts";
import { RowPrinter, valuesOf } from "../../history/print.ts";
import { parseResolution } from "../../history/resolution.ts";
import { rowsOf } from "../../history/rows.ts";
import type { Column, Row } from "../../history/types.ts";
import type { Zone } from "../../measure/zone.ts";
import { prepareZone } from "../../history/zones.ts";
import { printTime } from "../../measure/time.ts";
import { findReadable } from "../../admin/readable.ts";
import { authenticate, checkRights } from "../kit/access.ts";
import { jsonArray, jsonText, LongText, type Pieces } from "../kit/answer.ts";
import type { Handler, HttpContext, HttpDeps } from "../deps.ts";
import { needsZone, parseRange, untilNow } from "../history/range.ts";
import type { Reads } from "../kit/reads.ts";

/** Bounds of one answer; what is beyond is asked for with the time that the answer names. */
interface Bounds {
  /** Most values. */
  readonly points: number;
  /** Characters after which no row is begun: texts can be large. */
  readonly characters: number;
}
export const MAX_CHARACTERS = 16 * 1024 * 1024;
/** Most fields of one answer: each of them keeps a part of its series in memory. */
export const MAX_FIELDS = 100;

/**
 * `GET /v1/devices/<id or serial>/historic_data/?fields=A,B&resolution=raw&timeframe_start=…&timeframe_end=…`
 * (docs/compatibility.md "What is the same, and what is not"): `[{"time": …, "A": value or null, …}, …]` in time order, one row
 * for all fields of the same time; all fields when none is named. With a resolution one row for each bucket (docs/history.md "Buckets"): the aggregation is AVG unless
 * `aggregation` says otherwise, empty buckets show the value before (`locf=false`: null), fields without a value in the range
 * are left out, and `[]` means that there is nothing. A raw answer that had to end early says so in `X-Truncated` and
 * goes on at `X-Next-Start`.
 */
export function history(deps: HttpDeps, reads: Reads, bounds?: Bounds): Handler {
  const { points, characters } = bounds ?? { points: deps.limits.maxHistoryPoints, characters: MAX_CHARACTERS };
  return async (c) => {
    const principal = authenticate(deps, c);
    const device = findReadable(deps.directory, principal, c.req.param("id") ?? "");
    reads.allow(c, principal);
    const query = (name: string) => c.req.query(name);
    const now = deps.clock.micros();
    const [start, end, resolution] = [query("timeframe_start"), query("timeframe_end"), query("resolution")];
    const zone = reads.zones.of(query("zone"));
    const asked = parseRange(start, end, now, undefined, zone);
    const range = parseResolution(resolution) === "raw" ? asked : untilNow(asked, now);
    await prepareZone(zone, range);
    const wish = {
      range,
      fields: (query("fields") ?? "").split(","),
      resolution,
      aggregation: query("aggregation"),
      fill: fillOf(c),
      zone: zoneOfBuckets(zone, { resolution, moments: [start, end] }),
      now,
    };
    const limits = { points, fields: MAX_FIELDS, fill: "locf" } as const;
    const planned = await counted(deps, () => plan(wish, [device], deps.series, limits));
    const columns = planned.columnsOf(device);
    const { text, next } = await reads.within(principal, async () =>
      planned.shape.kind === "raw"
        ? await rawText(deps, columns, planned, { points, characters })
        : { text: await bucketText(deps, columns, planned), next: null },
    );
    // Rights may have changed while it was read, and obey at once (wire contract section 2).
    checkRights(deps, c, [device]);
    if (next === null) return jsonText(text);
    deps.metrics.historyLimited++;
    return jsonText(text, { "X-Truncated": "true", "X-Next-Start": printTime(next) });
  };
}

/**
 * The zone that buckets follow. Measurements as they are follow none; there a zone may still say which moments are meant,
 * and where it says nothing, planning refuses it.
 */
export function zoneOfBuckets(
  zone: Zone | null,
  asked: { resolution?: string | undefined; points?: number | undefined; moments: (string | undefined)[] },
): Zone | null {
  const raw = asked.points !== undefined || parseResolution(asked.resolution) === "raw";
  return raw && needsZone(...asked.moments) ? null : zone;
}

/** Runs a question for history, and counts it where a limit refuses it. */
export async function counted<T>(deps: Pick<HttpDeps, "metrics">, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal && error.code === "answer_too_large") deps.metrics.historyLimited++;
    throw error;
  }
}

/** `locf=true` and `locf=false` as the platform has them; it means nothing to a raw history. */
function fillOf(c: HttpContext): string | undefined {
  const text = c.req.query("locf");
  if (text === undefined || text === "") return undefined;
  const lower = text.toLowerCase();
  if (lower !== "true" && lower !== "false")
    throw new Refusal("invalid_request", "locf: use true (empty buckets show the value before) or false (null).");
  const resolution = c.req.query("resolution") ?? "";
  if (resolution === "" || resolution === "raw") return undefined;
  return lower === "true" ? "locf" : "null";
}

/** Rows in time order, and the time of the first row that found no room; null: all are there. */
async function rawText(
  deps: HttpDeps,
  columns: readonly Column[],
  { keys, range, shape }: Plan,
  bounds: Bounds,
): Promise<{ text: Pieces; next: Micros | null }> {
  const printer = new RowPrinter(keys);
  const rows = new LongText("[");
  const turns = new Turns();
  let points = 0;
  let characters = 0;
  for await (const some of rowsOf(deps.store, columns, range, shape)) {
    for (const row of some) {
      const count = valuesOf(row);
      const full = points + count > bounds.points || characters > bounds.characters;
      if (full && characters > 0) return { text: rows.end("]"), next: row.time };
      const text = printer.print(row);
      rows.add(characters === 0 ? text : `,${text}`);
      points += count;
      characters += text.length;
      if (turns.due) await turns.next();
    }
  }
  return { text: rows.end("]"), next: null };
}

/** Which columns have a value anywhere. */
async function withValues(columns: readonly Column[], rows: readonly Row[]): Promise<boolean[]> {
  const turns = new Turns();
  const shown = columns.map(() => false);
  let left = columns.length;
  for (const { cells } of rows) {
    for (const [i, { aggregation }] of columns.entries()) {
      if (shown[i] || cells[i] === (aggregation === "COUNT" ? 0 : null)) continue;
      shown[i] = true;
      left--;
    }
    if (left === 0) break;
    if (turns.due) await turns.next();
  }
  return shown;
}

/** Fields without a value in the range are left out; nothing at all is `[]` (docs/history.md "Buckets"). */
async function bucketText(
  deps: HttpDeps,
  columns: readonly Column[],
  { keys, range, shape }: Plan,
): Promise<string | Pieces> {
  const turns = new Turns();
  const rows: Row[] = [];
  for await (const some of rowsOf(deps.store, columns, range, shape)) {
    for (const row of some) rows.push(row);
    if (turns.over) await turns.next();
  }
  const shown = await withValues(columns, rows);
  if (!shown.includes(true)) return "[]";
  const printer = new RowPrinter(keys, shown);
  return jsonArray(rows.values().map((row) => printer.print(row)));
}
