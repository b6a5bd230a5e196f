import type { FieldType, Value } from "../../../measure/types.ts";
import { Applied, isStamped } from "../../apply.ts";
import type { SeriesState, SettledRow } from "../../ports.ts";
import type { RecordReader } from "../../record.ts";
import { settledOf } from "../../settled.ts";

/**
 * States of series as columns. Of a million series objects would take most of a start and of its memory, in the thread that reads them
 * and in the one that they are sent to.
 */
export interface PackedSeries {
  readonly id: Uint32Array;
  readonly device: Uint32Array;
  readonly field: Uint32Array;
  /** The place of its type in `names`. */
  readonly type: Uint8Array;
  readonly names: readonly FieldType[];
  /** NaN: no value yet. */
  readonly time: Float64Array;
  /** Where the value is a number. */
  readonly value: Float64Array;
  /** The others, by place. */
  readonly others: ReadonlyMap<number, Value | null>;
  readonly lastArrival: Float64Array;
  readonly lastSeq: Float64Array;
}

/** How much wider than the series there are a plain table of their ids may be. */
const SPARSE = 4;

/** What a start finds of series, filled and corrected while it reads. */
export class SeriesColumns implements PackedSeries {
  readonly id: Uint32Array;
  readonly device: Uint32Array;
  readonly field: Uint32Array;
  readonly type: Uint8Array;
  readonly names: FieldType[] = [];
  readonly time: Float64Array;
  readonly value: Float64Array;
  readonly others = new Map<number, Value | null>();
  readonly lastArrival: Float64Array;
  readonly lastSeq: Float64Array;
  /** How many there are. */
  count = 0;
  private readonly applied = new Applied();
  /** Places by id, plus 1; ids that were given up long ago would make the table wide. */
  private readonly places: Uint32Array | Map<number, number>;

  /** @param size how many there will be @param end above all of their ids */
  constructor(size: number, end: number) {
    const numbers = () => new Uint32Array(size);
    [this.id, this.device, this.field, this.type] = [numbers(), numbers(), numbers(), new Uint8Array(size)];
    const wide = () => new Float64Array(size);
    [this.time, this.value, this.lastArrival, this.lastSeq] = [wide(), wide(), wide(), wide()];
    this.places = end <= size * SPARSE ? new Uint32Array(end) : new Map();
  }

  add({ id, device, field, type, time, value, lastArrival, lastSeq }: SeriesState): void {
    const at = this.count++;
    const known = this.names.indexOf(type);
    this.id[at] = id;
    this.device[at] = device;
    this.field[at] = field;
    this.type[at] = known < 0 ? this.names.push(type) - 1 : known;
    this.lastArrival[at] = lastArrival;
    this.lastSeq[at] = lastSeq;
    this.set(at, time, value);
    if (this.places instanceof Map) this.places.set(id, at + 1);
    else this.places[id] = at + 1;
  }
  set(at: number, time: number | null, value: Value | null): void {
    this.time[at] = time ?? Number.NaN;
    if (typeof value === "number") {
      this.value[at] = value;
      if (this.others.size > 0) this.others.delete(at);
    } else this.others.set(at, value);
  }
  /**
   * The next row of the log, of the series at a place. Answers what became of it, where its record says something else.
   * @param isGone whether its stamp was deleted afterwards
   */
  apply(at: number, r: RecordReader, isGone: (stamp: number) => boolean): SettledRow | null {
    const last = this.lastArrival[at] ?? 0;
    const { time, isCurrent } = this.applied.row(r.flags, r.time, last, this.time[at] ?? Number.NaN);
    this.lastSeq[at] = r.seq;
    if (isStamped(r.flags) && time > last && !isGone(time)) this.lastArrival[at] = time;
    if (isCurrent) this.set(at, time, r.value);
    return settledOf(r, this.applied);
  }
  /** The place of a series; -1: it is not there. */
  find(id: number): number {
    return ((this.places instanceof Map ? this.places.get(id) : this.places[id]) ?? 0) - 1;
  }
  /** Some of them, for a message. */
  piece(from: number, to: number): PackedSeries {
    const others = new Map<number, Value | null>();
    for (let i = from; i < to && this.others.size > 0; i++) {
      const other = this.others.get(i);
      if (other !== undefined) others.set(i - from, other);
    }
    return {
      id: this.id.slice(from, to),
      device: this.device.slice(from, to),
      field: this.field.slice(from, to),
      type: this.type.slice(from, to),
      names: this.names,
      time: this.time.slice(from, to),
      value: this.value.slice(from, to),
      others,
      lastArrival: this.lastArrival.slice(from, to),
      lastSeq: this.lastSeq.slice(from, to),
    };
  }
}

/** The same as objects. */
export function unpackSeries(packed: PackedSeries): SeriesState[] {
  const { id, device, field, type, names, others, lastArrival, lastSeq } = packed;
  return Array.from(id, (own, i): SeriesState => {
    const time = packed.time[i] ?? Number.NaN;
    const other = others.get(i);
    return {
      id: own,
      device: device[i] ?? 0,
      field: field[i] ?? 0,
      type: names[type[i] ?? 0] as FieldType, // as `add` entered it
      time: Number.isNaN(time) ? null : time,
      value: other === undefined ? (packed.value[i] ?? 0) : other,
      lastArrival: lastArrival[i] ?? 0,
      lastSeq: lastSeq[i] ?? 0,
    };
  });
}
