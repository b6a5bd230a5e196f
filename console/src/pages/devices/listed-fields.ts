import type { Field } from "../../api/fleet.ts";

/** A field of the devices in the list; two products may have fields of one identifier. */
export interface ListedField extends Pick<Field, "id" | "name" | "type" | "decimals"> {
  readonly usual: boolean;
}

const SECOND = /BATT|RSSI|SNR|SIGNAL/;

/**
 * The fields of the products in the list: those that most devices have come first, and the first few are shown.
 * @param counts devices of each product
 */
export function listedFields(
  fields: ReadonlyMap<string, readonly Field[]>,
  counts: ReadonlyMap<string, number>,
): ListedField[] {
  const found = new Map<string, { field: Field; devices: number }>();
  for (const [product, own] of fields)
    for (const field of own) {
      const known = found.get(field.id);
      const devices = (known?.devices ?? 0) + (counts.get(product) ?? 0);
      found.set(field.id, { field: known?.field ?? field, devices });
    }
  const most = counts.size === 1 ? 5 : 3;
  // of one product its own order says what matters; batteries and signals are looked at when something is wrong
  const order = ({ field, devices }: { field: Field; devices: number }) => (SECOND.test(field.id) ? 0 : devices);
  return [...found.values()]
    .sort((a, b) => order(b) - order(a))
    .map(({ field: { id, name, type, decimals } }, n) => ({ id, name, type, decimals, usual: n < most }));
}
