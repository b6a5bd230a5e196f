import type { Sample } from "../../formulas/types.ts";
import { type Form, ofForm } from "../../measure/value.ts";
import type { Point, SeriesStore } from "../../store/ports.ts";
import type { Looks } from "./plan.ts";
import { Timeline } from "./timeline.ts";

/** Values that are held of all series together, about: 100 bytes each. */
const MOST_WEIGHT = 500_000;
/** Points that are asked for at once. */
const PIECE = 10_000;

/** A series, and what its field is. */
export interface SeriesOf {
  readonly series: number;
  readonly form: Form;
}
export type PastValues = Pick<SeriesStore, "columns" | "newest">;

/**
 * Timelines of the series that formulas look at: those that were used last are held, others read from the store when they are needed. So
 * nothing of them has to be stored, and what they take is bounded.
 */
export class Timelines {
  /** By series, those that were used last at the end. */
  private readonly held = new Map<number, Timeline>();
  private weight = 0;

  /**
   * @param isNewest whether nothing of a series that is newer than a time was handed over before: then what is read of it may be held
   * @param most values that are held, about
   */
  constructor(
    private readonly store: PastValues,
    private readonly isNewest: (series: number, at: number) => boolean,
    private readonly most: number = MOST_WEIGHT,
  ) {}

  /**
   * What is known of a series at a time, with the value of that time itself, of which `note` was told.
   * @returns at once when it is held
   */
  at(of: SeriesOf, looks: Looks, at: number): Timeline | Promise<Timeline> {
    const held = this.held.get(of.series);
    if (held === undefined || held.looks !== looks) return this.load(of, looks, at);
    return at < held.newest ? this.read(of, looks, at) : this.touched(of.series, held);
  }
  /** A series got a value; what is held of it is told. */
  note(series: number, sample: Sample): void {
    const held = this.held.get(series);
    if (held !== undefined) this.changed(series, held, () => held.add(sample));
  }
  forget(series: number): void {
    this.weight -= this.held.get(series)?.weight ?? 0;
    this.held.delete(series);
  }

  private async load(of: SeriesOf, looks: Looks, at: number): Promise<Timeline> {
    const read = await this.read(of, looks, at);
    if (this.isNewest(of.series, at)) {
      this.forget(of.series);
      this.hold(of.series, read);
    }
    return read;
  }
  private hold(series: number, timeline: Timeline): void {
    this.held.set(series, timeline);
    this.weight += timeline.weight;
    for (const [oldest] of this.held) {
      if (this.weight <= this.most || oldest === series) break;
      this.forget(oldest);
    }
  }
  private touched(series: number, timeline: Timeline): Timeline {
    this.held.delete(series);
    this.held.set(series, timeline);
    return timeline;
  }
  private changed(series: number, timeline: Timeline, change: () => void): void {
    const before = timeline.weight;
    change();
    this.weight += timeline.weight - before;
    if (this.weight <= this.most) return;
    this.forget(series);
    this.hold(series, timeline);
  }

  /** As it was at a time, out of the store. */
  private async read({ series, form }: SeriesOf, looks: Looks, at: number): Promise<Timeline> {
    const timeline = new Timeline(looks);
    const newest = async (before: number): Promise<Sample | null> => {
      const [point] = await this.store.newest(Uint32Array.of(series), before);
      return point ? sampleOf(point, form) : null;
    };
    const last = await newest(at + 1);
    if (last === null) return timeline;
    const span = Math.max(0, ...looks.spans);
    if (span > 0) {
      // an increase begins with the value before the window
      const before = await newest(at - span + 1);
      if (before !== null) timeline.count(before);
      await this.fill(timeline, series, at - span + 1, at + 1);
    }
    timeline.begin(last, looks.previous ? await newest(last.time) : null);
    return timeline;
  }
  private async fill(timeline: Timeline, series: number, from: number, to: number): Promise<void> {
    for (let begin = from; ; ) {
      const { times, values } = await this.store.columns(series, begin, to, PIECE);
      for (const [i, time] of times.entries()) timeline.count({ time, value: values[i] ?? 0 });
      const last = times.at(-1);
      if (last === undefined || times.length < PIECE) return;
      begin = last + 1;
    }
  }
}

function sampleOf({ time, value }: Point, form: Form): Sample {
  return { time, value: ofForm(form, value) };
}
