import type { Micros } from "../base/types.ts";
import type { Directory } from "../fleet/directory.ts";
import type { DeviceNode, FieldNode } from "../fleet/nodes.ts";
import { specOf } from "../measure/types.ts";
import { type Value, valueIn } from "../measure/value.ts";
import { MOST_AHEAD } from "../measure/time.ts";
import { Ids } from "../store/ids.ts";
import type { SeriesState } from "../store/ports.ts";
import { SettledRows } from "../store/settled.ts";
import { Ahead } from "./ahead.ts";
import { bigger } from "./bigger.ts";
import { GoneNumbers } from "./gone.ts";
import { PerSeries } from "./per-series.ts";
import { SeriesIds } from "./series-ids.ts";

/** A clock that steps back by less waits for its stamps, µs. */
const JITTER: Micros = 1_000_000;

/**
 * Every series of the instance, in packed arrays by series id (ids are dense). `time` and `arrival` run ahead with what
 * is being committed; `committedTime` and the values are those of the last commit. Not a thing that holds objects:
 * millions of them would cost the garbage collector pauses.
 */
export class SeriesTable {
  private readonly ids = new SeriesIds();
  private readonly deviceOf = new PerSeries<DeviceNode>(({ index }) => index);
  private readonly fieldOf = new PerSeries<FieldNode>(({ row }) => row.uid);
  /** Time of the current value, µs; -Infinity while there is none. With what is not committed yet. */
  time: Float64Array;
  /** The same, committed. */
  committedTime: Float64Array;
  /** Highest arrival stamp given. */
  arrival: Float64Array;
  /** Number of the row that was committed last; 0: none. */
  seq: Float64Array;
  /** No device's number of *seen* is below: the highest of the series that went with their field. */
  seenFloor = 0;
  /** What devices had that are gone. */
  readonly gone = new GoneNumbers();
  private num: Float64Array;
  private num2: Float64Array;
  private readonly text = new Map<number, string>();
  /** Above every id there is. */
  end = 1;
  /** Series that gave way to others, for as long as anybody knows their ids. */
  readonly renamed = new Map<number, number>();
  /** Rows of the log that its order made otherwise than their records say. */
  readonly settled = new SettledRows();
  readonly ahead = new Ahead(); // series of which stamps lie ahead of the clock

  /** @param newIds where those of new series come from */
  constructor(
    private readonly newIds: Pick<Ids, "take"> = Ids.from(1),
    size = 1024,
  ) {
    this.time = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
    this.committedTime = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
    this.arrival = new Float64Array(size);
    this.seq = new Float64Array(size);
    this.num = new Float64Array(size);
    this.num2 = new Float64Array(size);
  }

  /**
   * Takes over what the store has, or a piece of it; series whose device or field is gone are returned to be deleted.
   */
  load(states: readonly SeriesState[], directory: Directory): number[] {
    const orphans: number[] = [];
    for (const s of states) {
      const device = directory.deviceByUid(s.device);
      const field = directory.field(s.field);
      if (!device || !field) {
        orphans.push(s.id);
        continue;
      }
      this.place(s.id, device, field);
      this.arrival[s.id] = s.lastArrival;
      this.seq[s.id] = s.lastSeq;
      if (s.time === null || s.value === null) continue;
      this.time[s.id] = s.time;
      this.committedTime[s.id] = s.time;
      this.setValue(s.id, s.value);
    }
    return orphans;
  }
  /** Takes a value apart; `current` puts it together again. */
  private setValue(id: number, value: Value): void {
    if (typeof value === "object") {
      this.num[id] = value.lat;
      this.num2[id] = value.lng;
    } else if (typeof value === "string") this.text.set(id, value);
    else this.num[id] = Number(value);
  }
  /** Enters a series under its id. */
  place(id: number, device: DeviceNode, field: FieldNode): void {
    if (id >= this.time.length) this.grow(id + 1);
    this.ids.set(device.row.uid, field.row.uid, id);
    this.deviceOf.set(id, device);
    this.fieldOf.set(id, field);
    if (id >= this.end) this.end = id + 1;
  }
  private grow(least: number): void {
    const size = Math.max(least, this.time.length * 2);
    const filled = (empty: number) => new Float64Array(size).fill(empty);
    this.time = bigger(this.time, filled(Number.NEGATIVE_INFINITY));
    this.committedTime = bigger(this.committedTime, filled(Number.NEGATIVE_INFINITY));
    this.arrival = bigger(this.arrival, filled(0));
    this.seq = bigger(this.seq, filled(0));
    this.num = bigger(this.num, filled(0));
    this.num2 = bigger(this.num2, filled(0));
  }

  /** Series id of a device's field, both by uid; undefined while nothing was recorded. */
  idOf(device: number, field: number): number | undefined {
    return this.ids.get(device, field);
  }
  /** A new series; the caller puts `series_put` into the commit of its first row. */
  create(device: DeviceNode, field: FieldNode): number {
    const id = this.newIds.take();
    this.place(id, device, field);
    return id;
  }
  /**
   * Another node made the series of a device's field first, and this one's `id`, of which nothing was committed, is given up: what was
   * proposed for it is proposed for the `other`.
   */
  giveWay(id: number, other: number): void {
    const [device, field] = [this.deviceOf.get(id), this.fieldOf.get(id)];
    if (!device || !field) return;
    this.place(other, device, field);
    this.deviceOf.delete(id);
    this.fieldOf.delete(id);
    this.renamed.set(id, other);
    this.arrival[other] = Math.max(this.arrival[other] as number, this.arrival[id] as number);
    this.time[other] = Math.max(this.time[other] as number, this.time[id] as number);
  }
  /** Forgets a series (its device or field was deleted). */
  remove(id: number): void {
    const device = this.deviceOf.get(id);
    const field = this.fieldOf.get(id);
    if (!device || !field) return;
    if (!device.deleted) this.seenFloor = Math.max(this.seenFloor, this.seq[id] ?? 0);
    this.ids.delete(device.row.uid, field.row.uid);
    this.deviceOf.delete(id);
    this.fieldOf.delete(id);
    this.text.delete(id);
    this.ahead.remove(id);
    this.committedTime[id] = Number.NEGATIVE_INFINITY;
  }
  /** The device of a series; null when the series is gone. */
  device(id: number): DeviceNode | null {
    return this.deviceOf.get(id);
  }
  field(id: number): FieldNode | null {
    return this.fieldOf.get(id);
  }
  /** Every series whose device and field are there, as it comes to it. */
  *refs(): Generator<{ readonly id: number; readonly device: DeviceNode; readonly field: FieldNode }> {
    for (let id = 1; id < this.end; id++) {
      const device = this.deviceOf.get(id);
      const field = this.fieldOf.get(id);
      if (device?.deleted === false && field?.deleted === false) yield { id, device, field };
    }
  }
  /** The latest arrival stamp of all series, µs; 0: nothing arrived yet. */
  lastArrival(): Micros {
    let last = 0;
    for (const time of this.arrival) if (time > last) last = time;
    return last;
  }
  /**
   * The stamp of a row that arrives at `now`: greater than all before of its series, however many come in a microsecond, and
   * not the time of an explicit current one. Stamps that a clock left in the future neither bind it nor are written over.
   */
  stamp(id: number, now: Micros): Micros {
    let time = now;
    const last = this.arrival[id] as number; // the caller has made the series
    if (time <= last) time = last + 1;
    if (time === this.time[id]) time++;
    if (this.ahead.any) time = this.ahead.free(id, time);
    this.arrival[id] = time;
    this.time[id] = time;
    return time;
  }
  /**
   * The clock shows `now`, and showed more before (in this run, or when it wrote what was recovered): what lies ahead of it
   * binds nothing that comes. Steps back of less than a second are waited for, so that order stays strict. @param jitter or of so much, µs
   * @returns the series concerned; `restore` each when the store was asked for what it has
   */
  setBack(now: Micros, jitter = JITTER): number[] {
    const found: number[] = [];
    for (let id = 1; id < this.end; id++) {
      const last = this.arrival[id] as number; // below the end
      const time = this.time[id] as number;
      const isStamped = last > now + jitter;
      // set back once more: of those that are ahead, stamps before what is known count, too
      if (!isStamped && time <= now + MOST_AHEAD && !this.ahead.has(id)) continue;
      this.ahead.add(id, Math.max(last, time), this.committedTime[id] as number);
      if (isStamped) this.arrival[id] = 0;
      if (time > now + MOST_AHEAD || (isStamped && time === last)) this.time[id] = Number.NEGATIVE_INFINITY;
      found.push(id);
    }
    return found;
  }
  /**
   * What the store has of a series that lies ahead: its newest point up to the true time (null: none), and the stamps beyond.
   * @param upTo the stamps are all there are up to here
   */
  restore(id: number, point: { time: Micros; value: Value } | null, stamps: Float64Array, upTo: Micros): void {
    const field = this.fieldOf.get(id);
    const wrong = this.ahead.took(id, stamps, upTo);
    if (!field || wrong === null || point === null) return;
    const committed = this.committedTime[id] ?? wrong;
    // what has become current since then stays, unless it is an older one that found nothing before it
    if (committed !== wrong && committed >= point.time) return;
    this.committedTime[id] = point.time;
    this.setValue(id, point.value);
    this.time[id] = Math.max(this.time[id] ?? 0, point.time);
  }

  /** A committed row became current. `text` only for the form text. */
  commit(id: number, time: Micros, num: number, num2: number, text: string | null): void {
    this.committedTime[id] = time;
    this.num[id] = num;
    this.num2[id] = num2;
    if (text !== null) this.text.set(id, text);
  }
  /**
   * When a device was last seen: the time of its newest stored measurement in µs (null: none), and a number that grows
   * with each that is stored, also across restarts.
   */
  seen(device: DeviceNode): { time: Micros | null; number: number } {
    let time = Number.NEGATIVE_INFINITY;
    const { row, product } = device;
    const number = Math.max(this.numberOf(device), this.seenFloor, this.gone.of(product.row.uid, row.id));
    for (const field of device.product.fields.values()) {
      const id = this.idOf(device.row.uid, field.row.uid);
      if (id === undefined) continue;
      time = Math.max(time, this.committedTime[id] ?? time);
    }
    return { time: time === Number.NEGATIVE_INFINITY ? null : time, number };
  }
  /** Number of the row of a device that was committed last, of those of its series; 0: none. */
  numberOf(device: DeviceNode): number {
    let number = 0;
    for (const field of device.product.fields.values())
      number = Math.max(number, this.seq[this.idOf(device.row.uid, field.row.uid) ?? 0] ?? 0);
    return number;
  }
  /** What was appended but could not be committed is forgotten; arrival stamps stay used up. */
  revert(id: number): void {
    const time = this.committedTime[id] ?? Number.NEGATIVE_INFINITY;
    this.time[id] = this.ahead.isWrong(id, time) ? Number.NEGATIVE_INFINITY : time;
  }
  /** The current, committed value; null while there is none. */
  current(id: number): { time: Micros; value: Value } | null {
    const time = this.committedTime[id];
    const field = this.fieldOf.get(id);
    if (!field || time === undefined || time === Number.NEGATIVE_INFINITY) return null;
    const num = this.num[id] ?? 0;
    const { form } = specOf(field.row.type);
    const text = form === "text" ? (this.text.get(id) ?? "") : "";
    return { time, value: valueIn(form, num, this.num2[id] ?? 0, text) };
  }
}
