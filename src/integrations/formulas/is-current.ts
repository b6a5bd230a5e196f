import type { ComputedRow } from "../../ingest/computed.ts";
import type { Value } from "../../measure/types.ts";

export interface CurrentValues {
  idOf(device: number, field: number): number | undefined;
  current(id: number): { readonly time: number; readonly value: Value } | null;
}

/**
 * Whether a value is there already, as the newest of its field. What a device sent for one time may be handed over in two heaps; what
 * the first of them made is not told twice.
 */
export function isCurrent({ device, field, time, value }: ComputedRow, series: CurrentValues): boolean {
  const uid = device.product.fields.get(field)?.row.uid ?? 0;
  const current = series.current(series.idOf(device.row.uid, uid) ?? 0);
  return current?.time === time && JSON.stringify(current.value) === JSON.stringify(value);
}
