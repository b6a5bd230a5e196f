import { z } from "zod";
import { Refusal } from "../../base/errors.ts";
import { Turns } from "../../base/turns.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import { csvLine } from "../../base/csv.ts";
import { BEFORE_TIME, cellText, overflowed, RowPrinter, valuesOf, withoutFormula } from "../../history/print.ts";
import { type Plan, plan } from "../../history/query.ts";
import { rowsOf } from "../../history/rows.ts";
import type { Cell, Range, Row } from "../../history/types.ts";
import type { Zone } from "../../measure/zone.ts";
import { prepareZone } from "../../history/zones.ts";
import { parseJsonText } from "../../measure/json.ts";
import { printTime, TIME_BYTES } from "../../measure/time.ts";
import { chooseDevices } from "../../admin/readable.ts";
import type { Asking, Asks, Still } from "./asks.ts";
import { jsonText, LongText, type Pieces } from "../kit/answer.ts";
import type { Handler, HttpDeps } from "../deps.ts";
import { counted, MAX_CHARACTERS, MAX_FIELDS, zoneOfBuckets } from "../compat/history.ts";
import { formatOf, type HistoryRequest, readHistoryRequest } from "./query-request.ts";
import { parseRange } from "./range.ts";
import type { Reads } from "../kit/reads.ts";
import { streamed } from "../kit/stream.ts";

/** Where a page goes on: at a device, from a time on. */
interface Position {
  readonly device: number;
  readonly time: number;
}

/**
 * `GET` and `POST /v1/history`: the history of several devices, see `historyRequest`. Rows come device by device, in time order: `{"time", "product", "device", FIELD: value or null, …}`.
 * JSON is `{"rows": […], "next": cursor or null}`, raw rows in pages; NDJSON and CSV are streamed to the end. What may not be seen is unknown (404). Whether it may be read is asked again before a JSON answer leaves, and before each part of a stream, which breaks off then.
 */
export function answerHistory<R extends Asking>(deps: HttpDeps, reads: Reads, { who, judge }: Asks<R>): Handler {
  return async (c) => {
    reads.allow(c, who(c));
    const request = await readHistoryRequest(c);
    // A body can take its time, and rights obey at once.
    const principal = who(c);
    const zone = reads.zones.of(request.zone);
    const range = parseRange(request.from, request.to, deps.clock.micros(), ["from", "to"], zone);
    await prepareZone(zone, range);
    const devices = await chooseDevices(deps.directory, principal, request);
    const still: Still = (some) => judge(who(c), request, [...some]);
    still(devices);
    const planned = await counted(deps, () => planOf(deps, { ...request, zone, range }, devices));
    const format = formatOf(c, request);
    if (format === "json")
      return jsonText(await reads.within(principal, () => page(deps, still, request, planned, devices)));
    if (request.limit !== undefined || request.cursor !== undefined)
      throw new Refusal(
        "invalid_request",
        `limit and cursor: ${format} is one stream to the end; use the format json.`,
      );
    const lines = format === "csv" ? csvWith(request) : ndjson;
    const type = format === "csv" ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson; charset=utf-8";
    return streamed(reads.parts(principal, lines(deps, still, planned, devices)), type, deps.log);
  };
}

type Asked = Omit<HistoryRequest, "zone"> & { readonly zone: Zone | null; readonly range: Range };

function planOf(deps: HttpDeps, asked: Asked, devices: readonly DeviceNode[]): Promise<Plan> {
  const now = deps.clock.micros();
  const zone = zoneOfBuckets(asked.zone, { ...asked, moments: [asked.from, asked.to] });
  const limits = { points: deps.limits.maxHistoryPoints, fields: MAX_FIELDS, fill: "none" } as const;
  return plan({ ...asked, zone, lookBack: asked.look_back, now }, devices, deps.series, limits);
}

async function page(
  deps: HttpDeps,
  still: Still,
  request: HistoryRequest,
  planned: Plan,
  devices: readonly DeviceNode[],
): Promise<Pieces> {
  const start = positionOf(request, planned);
  const most = request.limit ?? deps.limits.maxHistoryPoints;
  const printer = new RowPrinter(planned.keys);
  const shown = new Set<DeviceNode>();
  const text = new LongText('{"rows":[');
  const turns = new Turns();
  let next: Position | null = null;
  let [rows, points, characters] = [0, 0, 0];
  for await (const { device, some } of allRows(deps, planned, devices, start)) {
    shown.add(device);
    const head = headOf(device);
    for (const row of some) {
      points += valuesOf(row);
      const full = rows >= most || points > deps.limits.maxHistoryPoints || characters > MAX_CHARACTERS;
      if (full && rows > 0) {
        next = { device: device.row.uid, time: row.time };
        break;
      }
      const after = printer.afterTime(row, head);
      text.addTime(rows++ === 0 ? BEFORE_TIME : AFTER_ROW, row.time, after);
      characters += TIME_BYTES + after.length;
      if (turns.due) await turns.next();
    }
    if (next) break;
  }
  if (next && planned.shape.kind !== "raw") throw tooLarge(deps, request);
  still(shown);
  const cursor = next && Buffer.from(JSON.stringify([next.device, next.time])).toString("base64url");
  return text.end(`],"next":${JSON.stringify(cursor)}}`);
}

const AFTER_ROW = `,${BEFORE_TIME}`;

/** Buckets and picked points are one answer: a page of them would need all of them again. */
function tooLarge(deps: HttpDeps, { limit }: HistoryRequest): Refusal {
  deps.metrics.historyLimited++;
  const why =
    limit === undefined ? "These rows are more than one JSON answer may have" : `These are more than ${limit} rows`;
  return new Refusal(
    "answer_too_large",
    `${why}; use a coarser resolution, fewer devices, or the format ndjson or csv.`,
  );
}

function positionOf({ cursor }: HistoryRequest, { shape }: Plan): Position | null {
  if (cursor === undefined) return null;
  if (shape.kind !== "raw") throw new Refusal("invalid_request", "cursor: only raw histories have pages.");
  const parts = POSITION.safeParse(parseJsonText(Buffer.from(cursor, "base64url").toString("utf8")));
  if (parts.success) return { device: parts.data[0], time: parts.data[1] };
  throw new Refusal("invalid_request", "The cursor is not one that an answer gave; begin without one.");
}
const POSITION = z.tuple([z.number().int().min(0), z.number().int().min(0)]);

/** The rows of all devices, some at a time. @param start what lies before it is left out */
async function* allRows(
  deps: HttpDeps,
  planned: Plan,
  devices: readonly DeviceNode[],
  start: Position | null,
): AsyncGenerator<{ device: DeviceNode; some: readonly Row[] }> {
  for (const device of devices) {
    const { uid } = device.row;
    if (start !== null && uid < start.device) continue;
    const { from, to } = planned.range;
    const range: Range = { from: start?.device === uid ? Math.max(from, start.time) : from, to };
    for await (const some of rowsOf(deps.store, planned.columnsOf(device), range, planned.shape))
      yield { device, some };
  }
}

function headOf({ row, product }: DeviceNode): string {
  return `,"product":${JSON.stringify(product.row.slug)},"device":${JSON.stringify(row.id)}`;
}

async function* ndjson(deps: HttpDeps, still: Still, planned: Plan, devices: readonly DeviceNode[]) {
  const printer = new RowPrinter(planned.keys);
  for await (const { device, some } of allRows(deps, planned, devices, null)) {
    still([device]);
    const head = headOf(device);
    yield some.map((row) => `${printer.print(row, head)}\n`).join("");
  }
}

/**
 * @param request escape_formulas: texts that a spreadsheet would run as a formula get a ' in front; overflow: a last column
 * says which cells are empty because their figure is too large for a number
 */
function csvWith({ escape_formulas, overflow }: Pick<HistoryRequest, "escape_formulas" | "overflow">) {
  const safe = escape_formulas ? withoutFormula : (text: string | null) => text;
  return async function* csv(deps: HttpDeps, still: Still, planned: Plan, devices: readonly DeviceNode[]) {
    const last = (cells: readonly Cell[]) =>
      overflow === true ? [planned.keys.filter((_, i) => overflowed(cells[i] ?? null)).join(" ") || null] : [];
    const more = overflow === true ? ["overflow"] : [];
    yield csvLine(["time", "product", "device", ...planned.keys.map(safe), ...more]);
    for await (const { device, some } of allRows(deps, planned, devices, null)) {
      still([device]);
      const names = [device.product.row.slug, device.row.id].map(safe);
      const line = ({ time, cells }: Row) =>
        csvLine([printTime(time), ...names, ...cells.map((cell) => safe(cellText(cell))), ...last(cells)]);
      yield some.map(line).join("");
    }
  };
}
