import type { Sandbox } from "../decoders/sandbox.ts";
import { configurationOf } from "../fleet/decoders.ts";
import type { DeviceNode } from "../fleet/directory.ts";
import { Sender } from "../integrations/downlinks/sender.ts";
import type { SendMetrics } from "../integrations/sparkplug/types.ts";
import type { FieldValue } from "../integrations/downlinks/types.ts";
import type { Learnt, Verdict, WireAnswer, WireRequest } from "../networks/downlinks/types.ts";
import type { Core } from "./core.ts";
import { outgoingOf } from "./going-to.ts";

/** ms for a request to a network, and bytes of its answer that are read. */
const TIMEOUT_MS = 10_000;
const MOST_ANSWER = 64 * 1024;

/** Publishes a message to the external broker of a device's product; null: it has none. */
export type PublishElsewhere = (device: DeviceNode, topic: string, payload: string) => Promise<Verdict> | null;

/** What sends by other ways than requests; it is there later. */
export interface Elsewhere {
  publish: PublishElsewhere;
  command: SendMetrics;
}

/** What sends downlinks, with what it needs of the server. */
export function senderOf(
  core: Core,
  sandbox: Pick<Sandbox, "call">,
  addresses: ReadonlyMap<number, Learnt>,
  elsewhere: Readonly<Elsewhere>,
): Sender {
  const { directory } = core.engine;
  return new Sender({
    directory,
    call: (call) => sandbox.call(call),
    configurationOf: (device) => configurationOf(directory, device),
    valuesOf: (device) => valuesOf(core, device),
    request: asker(core),
    publish: (device, topic, payload) => elsewhere.publish(device, topic, payload),
    command: (device, writes) => elsewhere.command(device, writes),
    record: (device, rows) => record(core, device, rows),
    learntOf: (device) => addresses.get(device),
    now: () => core.clock.micros(),
  });
}

/** The current values of a device's fields. */
function valuesOf({ engine: { series } }: Core, { row, product }: DeviceNode) {
  const found = new Map<string, { readonly value: FieldValue; readonly time: number }>();
  for (const field of product.fields.values()) {
    const current = series.current(series.idOf(row.uid, field.row.uid) ?? 0);
    if (current !== null && field.row.active !== false) found.set(field.row.id, current);
  }
  return found;
}

/** Requests to networks: a redirect is an answer, since what follows one is no POST any more. */
function asker(core: Core): (request: WireRequest) => Promise<WireAnswer> {
  const outgoing = outgoingOf(core, TIMEOUT_MS, MOST_ANSWER);
  return ({ url, method, headers, body }) =>
    outgoing.request(url, { method, headers, stay: true, cut: true, ...(body !== null && { body }) });
}

/** Writes values to fields of a device, as the owner of the data folder may. */
function record(
  { config, engine: { authority, ingest } }: Core,
  device: DeviceNode,
  rows: readonly { readonly field: string; readonly value: unknown }[],
): Promise<number> {
  const topic = `${config.prefix}-pub/${device.product.row.slug}/${device.row.id}`;
  return ingest.submit({
    principal: authority.localOwner(),
    device,
    rows: rows.map(({ field, value }, index) => ({ field, value, time: null, index })),
    topic,
    payload: new TextEncoder().encode(
      JSON.stringify(Object.fromEntries(rows.map(({ field, value }) => [field, value]))),
    ),
  });
}
