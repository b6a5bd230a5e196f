import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Downlink as Definition } from "../../fleet/types.ts";
import type { FieldValue } from "./types.ts";

/** What encoders are given. */

export interface ValueNeeds {
  /** Current values of a device's fields, by identifier. */
  valuesOf(device: DeviceNode): ReadonlyMap<string, { readonly value: FieldValue; readonly time: number }>;
  /** What is set for the device: `configurationValues` of scripts. */
  configurationOf(device: DeviceNode): Readonly<Record<string, unknown>>;
}

export type Measurements = Record<string, { value: unknown; timestamp?: number }>;

/** `measurements.FIELD.value` of scripts: every field that has a value, and what was given instead. */
export function measurementsOf(
  needs: ValueNeeds,
  device: DeviceNode,
  given: Readonly<Record<string, unknown>>,
): Measurements {
  const found: Measurements = {};
  for (const [field, { value, time }] of needs.valuesOf(device)) found[field] = { value, timestamp: time / 1e6 };
  for (const [name, value] of Object.entries(given)) {
    const field = name.toUpperCase();
    if (device.product.fields.has(field)) found[field] = { value };
  }
  return found;
}
/**
 * `Encoder(measurements, port)` gets measurements. `encodeDownlink({data, fPort})` gets what was given as it is, beside the fields that the
 * downlink is made of under their names in lower case, since codecs have names of their own.
 */
export function loraInput(
  needs: ValueNeeds,
  { fields, triggers, port }: Definition,
  device: DeviceNode,
  given: Readonly<Record<string, unknown>>,
  measurements: Measurements,
): object {
  const own = [...fields, ...triggers].flatMap((field) => {
    const known = measurements[field];
    return known === undefined ? [] : [[field.toLowerCase(), known.value] as const];
  });
  return {
    measurements,
    values: { ...Object.fromEntries(own), ...given },
    fPort: port,
    variables: variablesOf(needs.configurationOf(device)),
  };
}

/** The device, as scripts know it. */
export function told({ row }: DeviceNode): object {
  return { id: row.id, serial_number: row.serial, name: row.name };
}
/** As ChirpStack's scripts read them: texts. */
function variablesOf(configuration: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(configuration).map(([name, value]) => [name, String(value ?? "")]));
}
