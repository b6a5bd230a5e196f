import { randomUUID } from "node:crypto";
import { deviceCan, heldBy, heldOnProduct } from "../../auth/held.ts";
import type { Clock } from "../../base/types.ts";
import type { Directory } from "../../fleet/directory.ts";
import type { DeviceNode, ProductNode } from "../../fleet/nodes.ts";
import type { Webhook, WebhookEvent } from "../../fleet/types.ts";
import type { Downlink } from "../downlinks/types.ts";
import type { InboundListener } from "../types.ts";
import { deviceOf, wantsDevice } from "./items.ts";
import { accountKeyOf } from "./rights.ts";
import type { SideEvent } from "./side.ts";

/** Events that are not in the feed: each webhook that wants one keeps it until it is told. */

/** Who takes them: `Webhooks`. */
interface Taker {
  event(
    event: WebhookEvent,
    workspace: number,
    made: (hook: Webhook, mayView: (device: DeviceNode) => boolean) => SideEvent | null,
  ): Promise<void>;
}
type Output = Parameters<NonNullable<InboundListener["decoded"]>>[0];

/** Tells webhooks of what decoders gave: every row, stored or not, that their account may view. */
export function decodedTo(webhooks: Taker, directory: Directory): InboundListener {
  return {
    decoded(output) {
      const { product } = output;
      const id = randomUUID();
      return webhooks.event("decoder_output", product.row.workspace, (hook, mayView) =>
        outputEvent(hook, mayView, output, id, directory),
      );
    },
  };
}
function outputEvent(
  hook: Webhook,
  mayView: (device: DeviceNode) => boolean,
  { product, device, time, decoded, rows }: Output,
  id: string,
  directory: Directory,
): SideEvent | null {
  const { filter } = hook;
  if (filter.products.length > 0 && !filter.products.includes(product.row.uid)) return null;
  const isNarrow = filter.devices.length + filter.tags.length > 0;
  const all = !isNarrow && viewsAll(hook, product, directory);
  const own = (name: string) => {
    const node = product.device(name);
    return node === undefined ? all : wantsDevice(hook, node) && mayView(node);
  };
  if (device === null ? !all && !rows.some((row) => own(row.device)) : !own(device.row.id)) return null;
  const result = rows
    .filter((row) => own(row.device))
    .map((row) => ({
      device: row.device,
      field: row.field,
      value: row.value,
      ...(row.time === null ? {} : { timestamp: Date.parse(row.time) / 1000 }),
      stored: row.fate === "stored",
    }));
  const log = decoded.log.length === 0 || (device === null && !all) ? null : decoded.log.join("\n");
  const data = {
    log,
    device: device === null ? null : deviceOf(device),
    result,
    product: product.row.slug,
    error: decoded.error?.message ?? null,
  };
  return { id, type: "decoder_output", time, device: device?.row.uid ?? null, data };
}
/** Whether an account may view whatever devices there are in a product. */
function viewsAll(hook: Webhook, product: ProductNode, directory: Directory): boolean {
  const key = accountKeyOf(hook);
  return key === null || deviceCan(heldOnProduct(heldBy(directory, key), product)).has("view");
}

/** Tells webhooks of what becomes of downlinks: each has a state, and why. */
export function downlinksTo(webhooks: Taker, directory: Directory, clock: Pick<Clock, "micros">) {
  return ({
    id,
    name,
    state,
    device: uid,
    steps,
  }: Pick<Downlink, "id" | "name" | "state" | "device" | "steps">): void => {
    const device = directory.deviceByUid(uid);
    if (device === undefined) return;
    const event = randomUUID();
    const data = { device: deviceOf(device), downlink: { id, name, state, reason: steps.at(-1)?.note ?? null } };
    const made = { id: event, type: "downlink", time: clock.micros(), device: uid, data } as const;
    // the state itself is in the same commit, and who asked for it waits for that
    webhooks
      .event("downlink", device.product.row.workspace, (_, mayView) => (mayView(device) ? made : null))
      .catch(() => {});
  };
}
