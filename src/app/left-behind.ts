import type { Directory } from "../fleet/directory.ts";
import type { LogOrder } from "../ingest/order.ts";
import type { SeriesTable } from "../ingest/series.ts";
import type { SeriesStore, StoreOp } from "../store/ports.ts";

/** What the store has of devices and fields that are gone: a crash came before it was deleted. */
export interface LeftBehind {
  readonly series: readonly number[];
  /** uids */
  readonly devices: readonly number[];
}

/** Fills the table of series, and what the order of the log goes by among several nodes. @returns those whose device or field is gone, and which devices are */
export async function loadSeries(
  store: Pick<SeriesStore, "series">,
  series: SeriesTable,
  directory: Directory,
  order: Pick<LogOrder, "load"> | null = null,
): Promise<LeftBehind> {
  const orphans: number[] = [];
  const gone = new Set<number>();
  for await (const states of store.series()) {
    order?.load(states);
    const some = series.load(states, directory);
    orphans.push(...some);
    for (const { device } of some.length > 0 ? states : [])
      if (directory.deviceByUid(device) === undefined) gone.add(device);
  }
  return { series: orphans, devices: [...gone] };
}

/** Of one operation. */
const AT_ONCE = 1000;

/** What goes of what a crash left, the series last: by these the next start finds the devices again. */
export function* forgetLeft(
  left: LeftBehind,
  forgetDevices: (devices: readonly number[]) => readonly StoreOp[],
): Generator<StoreOp> {
  for (let i = 0; i < left.devices.length; i += AT_ONCE) {
    const devices = left.devices.slice(i, i + AT_ONCE);
    yield* forgetDevices(devices);
    yield { op: "passes_drop", list: "device", owners: devices };
  }
  for (let i = 0; i < left.series.length; i += AT_ONCE)
    yield { op: "series_delete", ids: left.series.slice(i, i + AT_ONCE) };
}
