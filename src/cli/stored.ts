import type { DeviceNode, Directory } from "../fleet/directory.ts";
import { SeriesTable } from "../ingest/series.ts";
import type { Value } from "../measure/types.ts";
import type { SeriesState, StoredPresence, StoredSeen } from "../store/ports.ts";
import type { DevicePresence } from "../admin/types.ts";

/** Of a device that was never connected and never measured. */
export const NEVER_HEARD: DevicePresence = {
  connected: false,
  connectedAt: null,
  disconnectedAt: null,
  connectionNumber: 0,
  seen: null,
  seenNumber: 0,
};

/** Current values and presence of devices as they are stored, for when no server runs. */
export class StoredDevices {
  private readonly series: SeriesTable;
  private readonly connections: ReadonlyMap<number, StoredPresence>;

  constructor(
    stored: {
      readonly seenFloor: number;
      readonly series: readonly SeriesState[];
      readonly presence: readonly StoredPresence[];
      readonly kept: readonly StoredSeen[];
    },
    directory: Directory,
  ) {
    this.series = new SeriesTable();
    this.series.seenFloor = stored.seenFloor;
    this.series.gone.load(stored.kept);
    this.series.load(stored.series, directory);
    this.connections = new Map(stored.presence.map((one) => [one.device, one]));
  }

  /** The current value of a device's field, both by uid; null: none. */
  current(device: number, field: number): { readonly time: number; readonly value: Value } | null {
    return this.series.current(this.series.idOf(device, field) ?? 0);
  }
  /** Nobody is connected: whoever was when the server ended is not any more. */
  presence(device: DeviceNode): DevicePresence {
    const { time: seen, number: seenNumber } = this.series.seen(device);
    const known = this.connections.get(device.row.uid);
    return {
      connected: false,
      connectedAt: known?.connectedAt ?? null,
      disconnectedAt: known?.connected ? null : (known?.disconnectedAt ?? null),
      connectionNumber: Math.max(known?.number ?? 0, this.series.gone.of(device.product.row.uid, device.row.id)),
      seen,
      seenNumber,
    };
  }
}
