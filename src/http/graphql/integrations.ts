import type { z } from "zod";
import type { tryResult } from "../../admin/tryout-shape.ts";
import { passShown } from "../../admin/passes.ts";
import type { DeviceNode, ProductNode } from "../../fleet/nodes.ts";
import type { Downlink } from "../../fleet/types.ts";
import { act, there } from "./act.ts";
import { type GraphContext, mustBeSomebody, orWhy, principalOf } from "./context.ts";
import { deviceNamed, mayEditProduct, productNamed } from "./lookups.ts";
import { timeText, typeText } from "./values.ts";

/** Decoders, downlinks, and what came in that is no measurement yet. */

/** Passes that a log shows. */
const LOG = 100;

/** What came for a product or a device, newest first, as a log shows it. */
export async function passLog(context: GraphContext, list: "product" | "device", owner: number) {
  const { deps } = context;
  const principal = principalOf(context);
  if (principal === null) return [];
  const passes = await deps.integrations.passes.read({ list, owner, limit: LOG });
  return passes.map((one) => {
    const { outcome, messages, decoder, body, time } = passShown(deps, principal, one);
    const failed = decoder?.error?.message;
    return {
      title: `${outcome.replaceAll("_", " ")}${failed ? `: ${failed}` : ""}`,
      body: [...messages, ...(decoder?.log ?? []), body ?? ""].filter((line) => line !== "").join("\n"),
      datetime: time.replace(/Z$/, "+00:00"),
    };
  });
}

/** MeasurementFieldSuggestionType, of those that are open. */
export function suggestedFields(context: GraphContext, product: ProductNode) {
  if (!mayEditProduct(context, product)) return [];
  const { workspace, uid } = product.row;
  return context.deps.integrations.suggestions
    .list(workspace, uid)
    .filter(({ kind, state }) => kind === "field" && state === "open")
    .map(({ name, type, sample, last }) => ({
      fieldName: name,
      fieldType: type === null ? null : typeText(type),
      value: sample,
      lastSeen: timeText(last),
    }));
}

/** LoRaWanDownlinkType. */
export function downlinksOf({ deps }: GraphContext, { row }: ProductNode) {
  return deps.directory.childrenOf("downlink", "product", row.uid).map((one) => ({
    id: idOf(one),
    name: one.name,
    fport: one.way === "network" ? one.port : null,
  }));
}
function idOf({ uid }: Downlink): string {
  return `downlink-${uid}`;
}

interface TryWish {
  readonly product: string;
  readonly code: string;
  readonly httpMethod: "GET" | "POST";
  readonly contentType: string;
  readonly body: string;
  readonly headers: readonly ({ readonly key: string; readonly value: string } | null)[];
  readonly urlAppendix: string;
}
type TryAnswer = z.output<typeof tryResult>;

/** What a decoder would make of a request; nothing is stored. */
async function tryApiPayloadDecoder(_: unknown, { input }: { input: TryWish }, context: GraphContext) {
  mustBeSomebody(context);
  const answer = await orWhy(async () => ({ ok: true as const, tried: await tried(input, context) }));
  if (answer.ok) return answer.tried;
  return { output: null, log: null, error: answer.error, executionTimeMs: null, matchedFields: [] };
}
async function tried(input: TryWish, context: GraphContext) {
  const product = there(productNamed(context, input.product), "product");
  const headers = input.headers
    .filter((one) => one !== null)
    .map(({ key, value }) => [key.toLowerCase(), value] as const);
  const [path = "", search = ""] = input.urlAppendix.split("?", 2);
  const request = {
    method: input.httpMethod,
    path: `/${path.replace(/^\/+/, "")}`,
    query: Object.fromEntries(new URLSearchParams(search)),
    headers: { "content-type": input.contentType, ...Object.fromEntries(headers) },
    body: input.body,
  };
  const wish = { params: { product: product.row.slug }, body: { code: input.code, request } };
  const { tried: one } = (await act(context, "tryDecoder", wish)) as TryAnswer; // as the operation's schema says
  if (one === null) return null;
  const isNew = new Set(one.new_fields.map(({ field }) => field));
  return {
    output: JSON.stringify(one.output ?? null),
    log: JSON.stringify(one.log),
    error: one.error?.message ?? null,
    executionTimeMs: one.ms,
    matchedFields: one.rows.map(({ device, field, value, time }) => {
      const row = product.fields.get(field)?.row;
      const guessed = one.new_fields.find((made) => made.field === field)?.type;
      return {
        device,
        fieldName: field,
        verboseName: row?.name ?? field,
        type: row ? typeText(row.type) : (guessed ?? null),
        value: typeof value === "object" ? `(${value.lat},${value.lng})` : String(value),
        timestamp: time,
        isNew: isNew.has(field),
      };
    }),
  };
}

/** By the id that `lorawanDownlinks` tells, or by name. */
function downlinkNamed({ deps }: GraphContext, { product }: DeviceNode, name: string): Downlink | null {
  const all = deps.directory.childrenOf("downlink", "product", product.row.uid);
  return all.find((one) => idOf(one) === name || one.name === name) ?? null;
}

/** Root fields of mutations. */
export const INTEGRATION_MUTATIONS = {
  tryApiPayloadDecoder,
  sendDownlink: (_: unknown, wish: { device: string; downlink: string }, context: GraphContext) =>
    orWhy(async () => {
      const device = there(deviceNamed(context, wish.device), "device");
      const { name } = there(downlinkNamed(context, device, wish.downlink), "downlink");
      const params = { product: device.product.row.slug, device: device.row.id };
      await act(context, "sendDownlink", { params, body: { downlink: name } });
      return { ok: true, error: null };
    }),
};
