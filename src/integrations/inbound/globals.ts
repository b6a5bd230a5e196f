import { configurationOf } from "../../fleet/decoders.ts";
import type { Directory } from "../../fleet/directory.ts";
import type { DeviceNode, ProductNode } from "../../fleet/nodes.ts";
import type { Value } from "../../measure/types.ts";
import type { Micros } from "../../base/types.ts";

/** Where the current value of a device's field is read, by their uids; null: there is none. */
export type CurrentValue = (device: number, field: number) => { readonly time: Micros; readonly value: Value } | null;

/** A product with no more devices than this shows all of them to its decoder; of a larger one those that the input names. */
const ALL_DEVICES = 100;
/** Words of an input that are looked up as ids and serials. */
const MOST_WORDS = 5000;

interface Needs {
  readonly directory: Directory;
  readonly current: CurrentValue;
}

/**
 * What a decoder may know of devices beside its input: only what its code mentions, since most decoders mention nothing of it.
 * @param text what came, in which ids and serials of devices may stand
 */
export function productGlobals(
  needs: Needs,
  mentions: (name: string) => boolean,
  product: ProductNode,
  text: () => string,
): Record<string, unknown> {
  const [serials, values, configuration] = ["deviceSerialToId", "measurements", "configurationValues"].map(mentions);
  if (!serials && !values && !configuration) return {};
  const devices = product.devicesById.size <= ALL_DEVICES ? [...product.devicesById.values()] : named(product, text());
  const byId = <T>(of: (one: DeviceNode) => T) => Object.fromEntries(devices.map((one) => [one.row.id, of(one)]));
  return {
    ...(serials && { deviceSerialToId: serialToId(devices) }),
    ...(values && { measurements: byId((one) => valuesOf(needs.current, one)) }),
    ...(configuration && { configurationValues: byId((one) => configurationOf(needs.directory, one)) }),
  };
}

/** The same of the one device that an uplink is of: by field, without its id. */
export function deviceGlobals(
  needs: Needs,
  mentions: (name: string) => boolean,
  device: DeviceNode,
): Record<string, unknown> {
  return {
    ...(mentions("deviceSerialToId") && { deviceSerialToId: serialToId([device]) }),
    ...(mentions("measurements") && { measurements: valuesOf(needs.current, device) }),
    ...(mentions("configurationValues") && { configurationValues: configurationOf(needs.directory, device) }),
  };
}

/** The configuration of a device as texts, as ChirpStack's decoders read it. */
export function variablesOf(directory: Directory, device: DeviceNode): Record<string, string> {
  const values = Object.entries(configurationOf(directory, device));
  return Object.fromEntries(values.map(([name, value]) => [name, String(value ?? "")]));
}

function serialToId(devices: readonly DeviceNode[]): Record<string, string> {
  return Object.fromEntries(devices.flatMap(({ row }) => (row.serial === null ? [] : [[row.serial, row.id] as const])));
}

/** `{FIELD: {value, timestamp}}`; the timestamp in seconds. */
function valuesOf(current: CurrentValue, device: DeviceNode): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { row } of device.product.fields.values()) {
    const now = current(device.row.uid, row.uid);
    if (now !== null) values[row.id] = { value: now.value, timestamp: now.time / 1e6 };
  }
  return values;
}

/** Devices whose id or serial stands in a text. */
function named(product: ProductNode, text: string): DeviceNode[] {
  const found = new Set<DeviceNode>();
  let words = 0;
  for (const [word] of text.matchAll(/[\w.:@-]{1,200}/g)) {
    if (++words > MOST_WORDS || found.size >= ALL_DEVICES) break;
    const device = product.device(word);
    if (device) found.add(device);
  }
  return [...found];
}
