import type { AppliedChange } from "../fleet/directory.ts";
import type { DeviceNode, FieldNode, ProductNode } from "../fleet/nodes.ts";
import type { SeriesTable } from "./series.ts";

/** Ids of the series that go with deleted devices and fields, found by these: among a million it costs what goes. */
export function goneWith(series: Pick<SeriesTable, "idOf">, changes: readonly AppliedChange[]): number[] {
  const fields = new Map<ProductNode, FieldNode[]>();
  for (const change of changes) {
    if (change.kind !== "field" || change.op !== "delete") continue;
    const { product } = change.node;
    fields.set(product, [...(fields.get(product) ?? []), change.node]);
  }
  const found: number[] = [];
  const look = (device: DeviceNode, field: FieldNode): void => {
    const id = series.idOf(device.row.uid, field.row.uid);
    if (id !== undefined) found.push(id);
  };
  for (const change of changes) {
    if (change.kind !== "device" || change.op !== "delete") continue;
    const { product } = change.node;
    for (const field of product.fields.values()) look(change.node, field);
    for (const field of fields.get(product) ?? []) look(change.node, field);
  }
  for (const [product, own] of fields)
    for (const device of product.devicesById.values()) for (const field of own) look(device, field);
  return found;
}
