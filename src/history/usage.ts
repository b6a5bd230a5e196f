import type { Micros } from "../base/types.ts";
import type { DeviceNode, FieldNode } from "../fleet/nodes.ts";
import { policyOf, printKeep, printRollups } from "../fleet/retention.ts";
import type { SeriesStats, SeriesStore } from "../store/ports.ts";
import { Cuts, goneBefore } from "./retain.ts";

/** Series asked for at once: nobody else is read history for meanwhile. */
const PAGE = 2_000;

/** What some series take. */
export interface Usage {
  readonly series: number;
  readonly measurements: number;
  /** Of those that are sealed; the log is counted by itself. */
  readonly bytes: number;
  /** Times of the first and the last measurement; null: there is none. */
  readonly oldest: Micros | null;
  readonly newest: Micros | null;
  /** Buckets of rollups, and their bytes. */
  readonly buckets: number;
  readonly rollupBytes: number;
  /** What the next sweep will take, about: of a block that is part of it a share. */
  readonly going: { readonly measurements: number; readonly bytes: number };
}
export interface NamedUsage extends Usage {
  readonly name: string;
}
/** Each list with the largest first. */
export interface UsageReport {
  readonly all: Usage;
  readonly products: readonly NamedUsage[];
  /** `product/FIELD`, with what holds for it: `90d` or `forever`; `1h 5y, 1d forever` or `none`. */
  readonly fields: readonly (NamedUsage & { readonly retention: string; readonly rollups: string })[];
  /** `product/device` */
  readonly devices: readonly NamedUsage[];
}

export interface SeriesRef {
  readonly id: number;
  readonly device: DeviceNode;
  readonly field: FieldNode;
}

/**
 * What is stored, in all and by product, field and device. A block is decoded only where something was written over it, or deleted.
 * @param sweepAt when the next sweep is, for what it will take
 * @param top how long each list is at most
 */
export async function usageOf(
  series: Iterable<SeriesRef>,
  store: Pick<SeriesStore, "seriesStats">,
  sweepAt: Micros,
  top: number,
): Promise<UsageReport> {
  const cuts = new Cuts(sweepAt);
  const all = new Sum();
  const products = new Map<object, Sum>();
  const fields = new Map<FieldNode, Sum>();
  const devices = new Map<object, Sum>();
  for (const page of pages(series)) {
    const before = Float64Array.from(page, ({ field }) => {
      const cut = cuts.of(field);
      return cut === null ? Number.NEGATIVE_INFINITY : goneBefore(cut);
    });
    const found = await store.seriesStats({ series: Uint32Array.from(page, ({ id }) => id), before });
    for (const [i, { device, field }] of page.entries()) {
      const { slug } = field.product.row;
      all.add(found, i);
      sumOf(products, field.product, slug).add(found, i);
      sumOf(fields, field, `${slug}/${field.row.id}`).add(found, i);
      sumOf(devices, device, `${slug}/${device.row.id}`).add(found, i);
    }
  }
  return {
    all: all.usage(),
    products: largest(products, top).map(([, sum]) => sum.named()),
    fields: largest(fields, top).map(([field, sum]) => ({ ...sum.named(), ...keptWords(field) })),
    devices: largest(devices, top).map(([, sum]) => sum.named()),
  };
}

function keptWords({ product, row }: FieldNode): { readonly retention: string; readonly rollups: string } {
  const { days, rollups } = policyOf(product.row, row);
  const kept = Object.fromEntries(rollups.map((one) => [one.step, one.days]));
  return { retention: printKeep(days), rollups: printRollups(kept) };
}

function largest<K>(sums: Map<K, Sum>, top: number): [K, Sum][] {
  return [...sums].sort(([, a], [, b]) => b.size - a.size || (a.name < b.name ? -1 : 1)).slice(0, top);
}

function* pages(series: Iterable<SeriesRef>): Generator<SeriesRef[]> {
  let page: SeriesRef[] = [];
  for (const one of series) {
    page.push(one);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

function sumOf<K>(sums: Map<K, Sum>, key: K, name: string): Sum {
  const known = sums.get(key);
  if (known) return known;
  const made = new Sum(name);
  sums.set(key, made);
  return made;
}

class Sum {
  private series = 0;
  private measurements = 0;
  private bytes = 0;
  private oldest = Number.POSITIVE_INFINITY;
  private newest = Number.NEGATIVE_INFINITY;
  private buckets = 0;
  private rollupBytes = 0;
  private goingMeasurements = 0;
  private goingBytes = 0;

  constructor(readonly name = "") {}

  get size(): number {
    return this.bytes + this.rollupBytes;
  }
  add(found: SeriesStats, i: number): void {
    this.series++;
    this.measurements += found.points[i] ?? 0;
    this.bytes += found.bytes[i] ?? 0;
    this.buckets += found.buckets[i] ?? 0;
    this.rollupBytes += found.rollupBytes[i] ?? 0;
    this.goingMeasurements += found.pointsBefore[i] ?? 0;
    this.goingBytes += found.bytesBefore[i] ?? 0;
    // NaN compares with nothing
    const [oldest, newest] = [found.oldest[i] ?? Number.NaN, found.newest[i] ?? Number.NaN];
    if (oldest < this.oldest) this.oldest = oldest;
    if (newest > this.newest) this.newest = newest;
  }
  named(): NamedUsage {
    return { name: this.name, ...this.usage() };
  }
  usage(): Usage {
    const { series, measurements, bytes, buckets, rollupBytes } = this;
    return {
      series,
      measurements,
      bytes,
      oldest: Number.isFinite(this.oldest) ? this.oldest : null,
      newest: Number.isFinite(this.newest) ? this.newest : null,
      buckets,
      rollupBytes,
      going: { measurements: Math.round(this.goingMeasurements), bytes: Math.round(this.goingBytes) },
    };
  }
}

/** Most series of one question for their counts alone. */
const MOST_COUNTED = 10_000;

/** How many measurements these series have, as history shows them; those that only rollups keep do not count. */
export async function countPoints(store: Pick<SeriesStore, "seriesStats">, ids: readonly number[]): Promise<number> {
  let sum = 0;
  for (let i = 0; i < ids.length; i += MOST_COUNTED) {
    const { points } = await store.seriesStats({ series: Uint32Array.from(ids.slice(i, i + MOST_COUNTED)) });
    for (const n of points) sum += n;
  }
  return sum;
}
