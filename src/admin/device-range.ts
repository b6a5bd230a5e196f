import { Refusal } from "../base/errors.ts";
import { createDevice, createDevices, type DeviceWish } from "../fleet/edit/devices.ts";
import type { ProductNode } from "../fleet/nodes.ts";
import type { Draughtsman } from "../fleet/plan-draft.ts";
import { idsOf } from "./chosen.ts";

/**
 * Makes a device, or all that a range (`dev{0..99}`) stands for.
 * @returns their ids. @throws Refusal invalid_request, already_exists; nothing is made then
 */
export async function makeDevices(
  draft: Draughtsman,
  product: ProductNode,
  id: string,
  wish: Omit<DeviceWish, "id">,
): Promise<string[]> {
  const ids = idsOf(id);
  const [first] = ids;
  if (first !== undefined && ids.length === 1) return [createDevice(draft, product, { ...wish, id: first })];
  if (wish.serial)
    throw new Refusal("invalid_request", "Every device of a range needs its own serial; make them by a fleet file.");
  try {
    return await createDevices(
      draft,
      product,
      ids.map((one) => ({ id: one, ...wish })),
    );
  } catch (error) {
    throw ofRange(error, ids.length);
  }
}

/** Most devices of a range that a refusal names. */
const NAMED = 10;

/** A refusal of rows as one of devices: who named a range knows of no rows. */
function ofRange(error: unknown, of: number): unknown {
  if (!(error instanceof Refusal) || error.rows === undefined) return error;
  const all = error.rows.map(({ message }) => message);
  const more = all.length > NAMED ? ` And ${all.length - NAMED} more like these.` : "";
  const text = `${all.length} of ${of} devices cannot be made, so none was. ${all.slice(0, NAMED).join(" ")}${more}`;
  return new Refusal(error.code, text);
}
