import type { Broker } from "../broker/broker.ts";
import type { DeviceNode, Directory } from "../fleet/directory.ts";
import { goneWith } from "../ingest/gone-series.ts";
import type { SeriesTable } from "../ingest/series.ts";

/**
 * A deleted device or field takes its series along, in memory and in the store; its numbers of *seen* and *connected* are kept for its id.
 * @param isOurs whether the store is for this node to change: among several, of what it has deleted itself
 */
export function followDeletions(
  directory: Directory,
  series: SeriesTable,
  { hub, presence }: Broker,
  isOurs: () => boolean,
): void {
  directory.onChange((changes) => {
    const numberOf = (device: DeviceNode) => Math.max(series.numberOf(device), presence.of(device).number);
    const gone = [...series.gone.follow(changes, numberOf)];
    const ids = goneWith(series, changes);
    const floor = series.seenFloor;
    for (const id of ids) series.remove(id);
    if (!isOurs()) return;
    for (const op of gone) hub.operation(op);
    if (ids.length > 0) hub.operation({ op: "series_delete", ids });
    if (series.seenFloor > floor) hub.operation({ op: "seen_floor", seq: series.seenFloor });
  });
}
