import type { Micros } from "../../base/types.ts";
import type { Row } from "../../decoders/results.ts";
import type { DeviceNode, ProductNode } from "../../fleet/nodes.ts";
import type { EachRow } from "../../ingest/each.ts";
import { printTime } from "../../measure/index.ts";
import { isDeviceId, isFieldId } from "../../topic/grammar.ts";
import type { PassRow } from "../types.ts";
import { guessType, timeOf } from "./rows.ts";
import { devEuiOf } from "../../networks/bytes.ts";
import type { Named } from "./suggestions.ts";

/** A row, and where it goes. */
export interface Judged {
  /** As it is shown; while it is on its way `fate` is stored. */
  readonly shown: PassRow;
  /** Null: it goes nowhere. */
  readonly row: EachRow | null;
  /** What is to be suggested for it; null: nothing. */
  readonly missing: Named | null;
}

/**
 * Finds device, field and time of each row a decoder gave.
 * @param device of the event that was decoded; null: the rows name theirs
 */
export function judgeRows(
  rows: readonly Row[],
  product: ProductNode,
  device: DeviceNode | null,
  now: Micros,
): Judged[] {
  return rows.map((row) => judge(row, product, device, now));
}

function judge(row: Row, product: ProductNode, own: DeviceNode | null, now: Micros): Judged {
  const device = deviceOf(row, product, own);
  const time = timeOf(row.timestamp, now);
  const shown = {
    device: device?.row.id ?? row.device ?? "",
    field: row.field,
    value: row.value,
    time: time !== null && "time" in time ? printTime(time.time) : null,
  };
  const out = (fate: PassRow["fate"], message: string, missing: Named | null = null): Judged => ({
    shown: { ...shown, fate, message },
    row: null,
    missing,
  });
  if (device === undefined) {
    const { device: name } = row;
    if (name === undefined)
      return out("refused", "The row names no device: give it a key `device` with the serial or id of one.");
    if (!isDeviceId(name)) return out("refused", `"${name.slice(0, 80)}" cannot be the id or the serial of a device.`);
    return out("suggested", `${product.row.slug} has no device with the id or serial ${name.slice(0, 80)}.`, {
      ...placeOf(product),
      kind: "device",
      name,
      sample: row.field,
      type: null,
    });
  }
  const field = product.fields.get(row.field);
  if (field === undefined) {
    if (!isFieldId(row.field))
      return out("refused", `"${row.field.slice(0, 80)}" cannot be the identifier of a field.`);
    return out("suggested", `${product.row.slug} has no such field.`, {
      ...placeOf(product),
      kind: "field",
      name: row.field,
      sample: JSON.stringify(row.value),
      type: guessType(row.value),
      unit: row.unit ?? null,
      label: row.name ?? null,
    });
  }
  if (time !== null && "error" in time) return out("refused", time.error);
  return {
    shown: { ...shown, fate: "stored", message: null },
    row: { device, field: row.field, value: row.value, time: time?.time ?? null },
    missing: null,
  };
}

/** By id or serial, a DevEUI in any spelling; where the row names none, that of the event, or the product's only one. */
function deviceOf({ device: name }: Row, product: ProductNode, own: DeviceNode | null): DeviceNode | undefined {
  if (name === undefined) return own ?? onlyOne(product);
  const found = product.device(name);
  if (found !== undefined) return found;
  // decoders of networks add the DevEUI in a spelling of theirs
  if (own !== null && devEuiOf(name) !== null) return own;
  return undefined;
}
function onlyOne({ devicesById }: ProductNode): DeviceNode | undefined {
  const [first, second] = devicesById.values();
  return second === undefined ? first : undefined;
}

function placeOf({ row }: ProductNode): { readonly workspace: number; readonly product: number } {
  return { workspace: row.workspace, product: row.uid };
}
