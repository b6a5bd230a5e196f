import { z } from "zod";
import type { Principal } from "../auth/principal.ts";
import { Refusal } from "../base/errors.ts";
import type { Clock } from "../base/types.ts";
import type { Directory } from "../fleet/directory.ts";
import type { DeviceNode, ProductNode } from "../fleet/nodes.ts";
import type { Network, Workspace } from "../fleet/types.ts";
import type { Inbound } from "../integrations/inbound/inbound.ts";
import type { TryOut } from "../integrations/tryout/tryout.ts";
import type { TriedEvent } from "../integrations/tryout/network-tryout.ts";
import type { Incoming, Received } from "../integrations/types.ts";
import { readNetwork } from "../networks/index.ts";
import { uplinksOf } from "../networks/samples.ts";
import type { Asker } from "./actor.ts";
import { findProductToIntegrate } from "./find.ts";
import { productsUsing } from "../fleet/edit/networks.ts";
import { tried, triedShown } from "./tryout-shape.ts";
import { tryDecoder, tryWish } from "./tryout.ts";
import * as values from "./values.ts";

/** An uplink of a network that somebody makes up: what would become of it, or what does. */

export const networkTest = z.strictObject({
  body: z
    .string()
    .max(262_144, "at most 262144 characters")
    .meta({ description: "What the network sends: JSON. `getNetworkSample` makes one." }),
  product: values.slug.optional().meta({
    description:
      "Of a network of type `http`: at whose HTTP integration it comes in; otherwise one that uses the network.",
  }),
  record: z
    .boolean()
    .default(false)
    .meta({ description: "It goes the whole way as if it had come, and is stored, published and told of." }),
});
const event = z.object({
  kind: z.string().meta({ description: "`up`, `join` and so on, as the passes have it." }),
  dev_eui: z.string().nullable(),
  text: z.string().meta({ description: "In a sentence." }),
  product: z.string().nullable(),
  device: z.string().nullable().meta({
    description:
      "null: no device that you may see has this DevEUI; it is suggested, or made where a product makes devices.",
  }),
  tried: tried.nullable().meta({ description: "What is read of it; null: nothing." }),
});
export const networkTested = z
  .object({
    problem: z.string().nullable().meta({ description: "Why it cannot be read; null: it can." }),
    events: z.array(event),
    recorded: z
      .object({ stored: z.int(), refused: z.int(), repeated: z.int(), unknown: z.int(), suggested: z.int() })
      .nullable()
      .meta({
        description:
          "With `record`: how many values were stored, refused and suggested; how many events had come before, and of unknown devices.",
      }),
  })
  .meta({ id: "NetworkTest", description: "What becomes of an uplink of a network." });

interface Deps {
  readonly directory: Directory;
  readonly clock: Clock;
  readonly integrations: {
    readonly tryOut: Pick<TryOut, "network" | "once" | "recorded">;
    readonly inbound: Pick<Inbound, "receive">;
  };
}
interface Found {
  readonly workspace: Workspace;
  readonly network: Network;
}

/**
 * Tries what a network sends, and lets it in if that is wished.
 * @throws Refusal not_permitted: a device may not be recorded; unknown_product, rate_limited, overloaded, storage_unavailable
 */
export async function testNetwork(
  asker: Asker<Deps> & { readonly who: { readonly principal: Principal; readonly address: string } },
  { workspace, network }: Found,
  { body, product, record }: z.output<typeof networkTest>,
): Promise<z.input<typeof networkTested>> {
  const { deps, who } = asker;
  const common = {
    remote: who.address,
    topic: null,
    body: Buffer.from(body),
    principal: who.principal,
    dedupeKeys: [],
  };
  const uplinks = uplinksOf(network.type);
  if (uplinks === null) {
    const node = productOf(asker, { workspace, network }, product);
    const request = { method: "POST", path: "/", query: [], headers: [], form: [] };
    const incoming: Incoming = { ...common, way: "http", network: null, request, product: node, events: [] };
    const wish = tryWish.parse({ request: { body } });
    const answer = await tryDecoder({ directory: deps.directory, tryOut: deps.integrations.tryOut }, node, wish);
    const shown = answer.tried === null ? null : triedShown(answer.tried);
    const text = `A request at the HTTP integration of ${node.row.slug}.`;
    const event = { kind: "up", dev_eui: null, text, product: node.row.slug, device: null, tried: shown };
    return { problem: null, events: [event], recorded: record ? await receive(deps, incoming) : null };
  }
  const now = Math.floor(deps.clock.micros() / 1000);
  const request = { body: common.body, contentType: "application/json", query: {}, headers: {}, now };
  const reading = readNetwork(uplinks, request);
  if (!reading.ok) return { problem: reading.problem, events: [], recorded: null };
  const shown = { method: "POST", path: `/integrations/lorawan/${uplinks}`, query: [], headers: [], form: [] };
  const incoming: Incoming = {
    ...{ ...common, way: "lorawan", network: uplinks, request: shown, product: null, events: reading.events },
    only: workspace.uid,
  };
  const events = await deps.integrations.tryOut.network({
    ...{ workspace: workspace.uid, incoming, events: reading.events },
    sees: (device) => who.principal.mayView(device),
  });
  if (record) for (const { device } of events) mustRecord(asker, device);
  return { problem: null, events: events.map(eventShown), recorded: record ? await receive(deps, incoming) : null };
}

function eventShown({ event: { kind, devEui, text }, device, tried: made }: TriedEvent) {
  return {
    ...{ kind, dev_eui: devEui, text },
    product: device?.product.row.slug ?? null,
    device: device?.row.id ?? null,
    tried: made === null ? null : triedShown(made),
  };
}
function mustRecord({ who }: Asker, device: DeviceNode | null): void {
  if (device === null || who.principal.mayRecord(device)) return;
  throw new Refusal(
    "not_permitted",
    `You may not record for ${device.product.row.slug}/${device.row.id}: it takes "record_measurements" on it. Without \`record\` it is only tried.`,
  );
}
async function receive({ integrations }: Deps, incoming: Incoming): Promise<Received> {
  return integrations.inbound.receive(incoming);
}

/** The product that is named, or the first that uses the network. @throws Refusal unknown_product, not_found */
export function productOf(asker: Asker, { workspace, network }: Found, named: string | undefined): ProductNode {
  const slug = named ?? productsUsing(asker.deps.directory, network)[0];
  if (slug === undefined)
    throw new Refusal("not_found", `No product uses ${network.name}. Name one, or let a product use it.`);
  const found = findProductToIntegrate(asker, slug);
  if (found.row.workspace !== workspace.uid)
    throw new Refusal("unknown_product", `${workspace.slug} has no product ${slug}.`);
  return found;
}
