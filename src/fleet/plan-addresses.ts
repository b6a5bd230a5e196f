import { Refusal } from "../base/errors.ts";

/** Devices of one step. */
const AT_ONCE = 200;

/** Serials are unique in the product, and none is another device's id. */
export function* addressesAreUnique(
  devices: ReadonlyMap<string, { readonly serial: string | null; readonly path: string }>,
): Generator<void> {
  const serials = new Map<string, string>();
  let looked = 0;
  for (const [id, { serial, path }] of devices) {
    if (++looked % AT_ONCE === 0) yield;
    if (serial === null) continue;
    const other = serials.get(serial) ?? (serial !== id && devices.has(serial) ? serial : undefined);
    if (other !== undefined) {
      const at = path || devices.get(other)?.path || "devices";
      const what = other === serial ? `is the id of another device` : `is the serial of ${other} too`;
      throw new Refusal(
        "invalid_fleet",
        `${at}.serial: "${serial}" of device ${id} ${what}; an address must be unique in the product`,
      );
    }
    serials.set(serial, id);
  }
}
