import { Refusal } from "../base/errors.ts";
import type { Micros } from "../base/types.ts";
import type { DeviceNode, FieldNode } from "../fleet/directory.ts";
import { quote } from "../measure/bytes.ts";
import { printTime } from "../measure/time.ts";
import type { FieldType } from "../measure/types.ts";
import type { DataStore, Point } from "../store/ports.ts";
import { upperAscii } from "../topic/grammar.ts";
import { authenticate, findReadable } from "./access.ts";
import { jsonText, nextTurn } from "./answer.ts";
import { jsonValue } from "./devices.ts";
import type { Handler, HttpDeps } from "./deps.ts";
import { checkResolution, parseRange, type Range } from "./range.ts";

/** Bounds of one answer; what is beyond is asked for with the time that the answer names. */
export interface Bounds {
  /** Most values. */
  readonly points: number;
  /** Characters after which no row is begun: texts can be large. */
  readonly characters: number;
}
const BOUNDS: Bounds = { points: 100_000, characters: 16 * 1024 * 1024 };
/** Most fields of one answer: each of them keeps a part of its series in memory. */
const MAX_FIELDS = 100;
/** Points of one read for all fields together, and the least for one. */
const READ_AHEAD = 20_000;
const LEAST_READ = 64;
/** Texts are read in few pieces until it is known how long they are; then as many as are this long together. */
const TEXT_AHEAD = 4 * 1024 * 1024;
const ROWS_PER_TURN = 500;

/**
 * `GET /v1/devices/<id or serial>/historic_data/?fields=A,B&resolution=raw&timeframe_start=…&timeframe_end=…`
 * (ecosystem, REST): `[{"time": …, "A": value or null, …}, …]` in time order, one row for all fields of the same time.
 * All fields when none is named. An answer that had to end early says so in `X-Truncated` and goes on at
 * `X-Next-Start`.
 */
export function history(deps: HttpDeps, bounds: Bounds = BOUNDS): Handler {
  return async (c) => {
    const principal = authenticate(deps, c);
    const device = findReadable(deps.directory, principal, c.req.param("id") ?? "");
    checkResolution(c.req.query("resolution"));
    const range = parseRange(c.req.query("timeframe_start"), c.req.query("timeframe_end"), deps.clock.micros());
    const fields = fieldsOf(device, c.req.query("fields") ?? "");
    const columns = fields.map(({ row }) => {
      const series = deps.series.idOf(device.row.uid, row.uid);
      return new Column(deps.store, row.id, row.type, series, range, fields.length);
    });
    const { text, next } = await merge(columns, bounds);
    // Rights may have changed while it was read, and obey at once (wire contract section 2).
    if (!authenticate(deps, c).mayView(device))
      throw new Refusal("unknown_device", "There is no such device that you may see.");
    return jsonText(text, next === null ? {} : { "X-Truncated": "true", "X-Next-Start": printTime(next) });
  };
}

/** The fields named, in the order named, each once; the case does not matter. @throws Refusal unknown_field */
function fieldsOf(device: DeviceNode, text: string): FieldNode[] {
  const { fields } = device.product;
  const names = text.split(",").map((name) => name.trim());
  const found = new Set<FieldNode>();
  for (const name of names) {
    if (name === "") continue;
    const field = fields.get(upperAscii(name));
    if (!field) throw new Refusal("unknown_field", `The product of this device has no field ${quote(name)}.`);
    found.add(field);
  }
  const chosen = found.size > 0 ? [...found] : [...fields.values()];
  if (chosen.length <= MAX_FIELDS) return chosen;
  throw new Refusal("invalid_request", `One answer has at most ${MAX_FIELDS} fields; name fewer in "fields".`);
}

/** One field's series, read piece by piece. */
class Column {
  /** `,"FIELD":` as it stands in a row. */
  readonly key: string;
  private points: readonly Point[] = [];
  private at = 0;
  private from: Micros;
  private readonly to: Micros;
  private ended: boolean;
  private ahead: number;

  constructor(
    private readonly store: Pick<DataStore, "read">,
    id: string,
    private readonly type: FieldType,
    private readonly series: number | undefined,
    range: Range,
    private readonly columns: number,
  ) {
    this.key = `,${JSON.stringify(id)}:`;
    this.from = range.from;
    this.to = range.to;
    this.ended = series === undefined || range.from >= range.to;
    this.ahead = type === "STRING" ? LEAST_READ : Math.max(LEAST_READ, Math.floor(READ_AHEAD / columns));
  }

  /** The next point that was not taken; undefined at the end, or when more must be read. */
  get head(): Point | undefined {
    return this.points[this.at];
  }
  get starving(): boolean {
    return !this.ended && this.at >= this.points.length;
  }
  /** The value of the head, which is taken, as JSON. */
  take(point: Point): string {
    this.at++;
    return JSON.stringify(jsonValue(this.type, point.value));
  }

  /** Reads the next piece. */
  async fill(): Promise<void> {
    if (this.series === undefined) return;
    this.points = await this.store.read(this.series, this.from, this.to, this.ahead);
    this.at = 0;
    const last = this.points.at(-1);
    this.ended = !last || this.points.length < this.ahead || last.time + 1 >= this.to;
    if (last) this.from = last.time + 1;
    if (this.type === "STRING") this.ahead = this.fitting();
  }

  /** How many texts to read at once, by how long those of the last piece were. */
  private fitting(): number {
    let characters = 1;
    for (const { value } of this.points) characters += typeof value === "string" ? value.length + 16 : 16;
    const average = characters / Math.max(1, this.points.length);
    const fit = Math.floor(TEXT_AHEAD / this.columns / average);
    return Math.min(Math.max(fit, LEAST_READ), READ_AHEAD);
  }
}

/** Rows of all columns in time order, and the time of the first row that found no room; null: all are there. */
async function merge(columns: readonly Column[], bounds: Bounds): Promise<{ text: string; next: Micros | null }> {
  const rows: string[] = [];
  let points = 0;
  let characters = 0;
  for (;;) {
    for (const column of columns) if (column.starving) await column.fill();
    let time = Number.POSITIVE_INFINITY;
    let count = 0;
    for (const { head } of columns) {
      if (!head || head.time > time) continue;
      count = head.time < time ? 1 : count + 1;
      time = head.time;
    }
    if (count === 0) return { text: `[${rows.join(",")}]`, next: null };
    const full = points + count > bounds.points || characters > bounds.characters;
    if (full && rows.length > 0) return { text: `[${rows.join(",")}]`, next: time };
    let row = `{"time":"${printTime(time)}"`;
    for (const column of columns) {
      const { head } = column;
      row += column.key + (head && head.time === time ? column.take(head) : "null");
    }
    rows.push(`${row}}`);
    points += count;
    characters += row.length;
    if (rows.length % ROWS_PER_TURN === 0) await nextTurn();
  }
}
