import { z } from "zod";
import { created, createdAt } from "../../admin/integration-values.ts";
import * as values from "../../admin/values.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import { printTime } from "../../measure/index.ts";
import { isOnline } from "../../fleet/online.ts";
import type { ApiDeps } from "./route.ts";

/** What a device is in requests and answers. */

/** What a request may change of a device. */
export const details = {
  name: values.name,
  serial: values.serial,
  tags: values.tags,
  location: values.location,
  metadata: values.metadata,
  online_timeout: values.onlineTimeout,
};
/** A device, as answers have it. */
export const device = z
  .object({
    id: z.string().meta({ description: "Stands in topics; unique in the product; changed by renaming alone." }),
    product: z.string(),
    workspace: z.string(),
    created,
    ...details,
    online: z
      .boolean()
      .nullable()
      .meta({ description: "Whether it was heard within its timeout; null: you may not read it." }),
    last_heard: values.time.nullable().meta({ description: "When a measurement of it came last." }),
    connected: z.boolean().nullable().meta({ description: "Whether its own MQTT client is connected." }),
  })
  .meta({ id: "Device" });

/** @param readable whether who asks may read what it measures */
export function showDevice(deps: ApiDeps, readable: boolean, node: DeviceNode) {
  const { row, product } = node;
  const heard = readable ? deps.series.seen(node).time : null;
  return {
    id: row.id,
    product: product.row.slug,
    workspace: product.workspace.slug,
    created: createdAt(row),
    name: row.name,
    serial: row.serial,
    tags: [...row.tags],
    location: row.location ?? null,
    metadata: metadataFrom(row.metadata),
    online_timeout: row.onlineTimeout ?? null,
    online: readable ? isOnline(deps, node, heard, deps.clock.micros()) : null,
    last_heard: heard === null ? null : printTime(heard),
    connected: readable ? deps.presence.of(node).connected : null,
  };
}
function metadataFrom(text: string | undefined): Record<string, unknown> {
  return text === undefined ? {} : (JSON.parse(text) as Record<string, unknown>); // metadataOf wrote it
}
