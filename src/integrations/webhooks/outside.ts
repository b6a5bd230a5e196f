import { randomUUID } from "node:crypto";
import { deviceCan, heldBy, heldOnProduct } from "../../auth/held.ts";
import type { Clock, Micros } from "../../base/types.ts";
import type { Directory } from "../../fleet/directory.ts";
import type { DeviceNode, ProductNode } from "../../fleet/nodes.ts";
import type { Webhook, WebhookEvent } from "../../fleet/types.ts";
import { printTime } from "../../measure/time.ts";
import type { Downlink } from "../downlinks/types.ts";
import type { InboundListener } from "../types.ts";
import { deviceOf, type Item, wantsDevice } from "./items.ts";
import { accountKeyOf } from "./rights.ts";

/** Events that are not in the feed. They wait in memory for their endpoint, and a restart loses those that wait. */

/** Who takes them: `Webhooks`. */
interface Taker {
  event(
    event: WebhookEvent,
    workspace: number,
    item: (hook: Webhook, mayView: (device: DeviceNode) => boolean) => Item | null,
  ): void;
}
type Output = Parameters<NonNullable<InboundListener["decoded"]>>[0];

/** Tells webhooks of what decoders gave: every row, stored or not, that their account may view. */
export function decodedTo(webhooks: Taker, directory: Directory): InboundListener {
  return {
    decoded(output) {
      const { product } = output;
      const id = randomUUID();
      webhooks.event("decoder_output", product.row.workspace, (hook, mayView) =>
        outputItem(hook, mayView, output, id, directory),
      );
    },
  };
}
function outputItem(
  hook: Webhook,
  mayView: (device: DeviceNode) => boolean,
  { product, device, time, decoded, rows }: Output,
  id: string,
  directory: Directory,
): Item | null {
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
  return sideItem("decoder_output", id, time, device, data);
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
    webhooks.event("downlink", device.product.row.workspace, (_, mayView) =>
      mayView(device) ? sideItem("downlink", event, clock.micros(), device, data) : null,
    );
  };
}

function sideItem(
  type: WebhookEvent,
  id: string,
  time: Micros,
  device: DeviceNode | null,
  data: Readonly<Record<string, unknown>>,
): Item {
  return {
    seq: null,
    device,
    bytes: JSON.stringify(data).length,
    isDue: () => device === null || !device.deleted,
    sent: (workspace) => ({ id, type, timestamp: printTime(time), workspace, data }),
    over() {},
  };
}
