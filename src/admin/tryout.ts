import { z } from "zod";
import { BadValues, Refusal } from "../base/errors.ts";
import { bytesOf } from "../decoders/examples.ts";
import { productDecoder } from "../fleet/decoders.ts";
import type { Directory } from "../fleet/directory.ts";
import { codeProblem } from "../fleet/decoder-versions.ts";
import { deviceNamed } from "../fleet/named.ts";
import type { ProductNode } from "../fleet/nodes.ts";
import type { TryInput } from "../integrations/tryout/inputs.ts";
import { MOST_RECORDED, type TriedDecoder, type TryOut } from "../integrations/tryout/tryout.ts";
import { versionNumbered } from "./decoder-versions.ts";
import type { TryAnswer } from "./tryout-shape.ts";
import { code, decoderFunction, versionNumber } from "./integration-values.ts";
import * as values from "./values.ts";

/** Trying a decoder: with what is given, or with what came last. Nothing is stored. */

const text = z.string().max(262_144, "at most 262144 characters");
const pairs = z.record(z.string().max(200), z.string().max(8000));
const bytes = z
  .string()
  .max(20_000)
  .refine((given) => bytesOf(given) !== null, "should be hexadecimal: two digits for each byte")
  .transform((given) => Uint8Array.from(bytesOf(given) ?? []));
const base64 = z
  .string()
  .max(20_000)
  .regex(/^[A-Za-z0-9+/_-]*={0,2}$/, "should be base64")
  .transform((given) => Uint8Array.from(Buffer.from(given, "base64")));

const uplink = z
  .strictObject({
    hex: bytes.optional(),
    base64: base64.optional(),
    port: z.int().min(0).max(255).default(1),
    raw: z.unknown().optional().meta({ description: "What the network sends: `rawPayload` of scripts." }),
  })
  .refine((one) => (one.hex === undefined) !== (one.base64 === undefined), "should have one of hex and base64");
const request = z.strictObject({
  method: z.string().max(20).default("POST"),
  path: z.string().max(2000).default("/"),
  query: pairs.default({}),
  headers: pairs.default({}),
  body: text.default(""),
});
const message = z.strictObject({ topic: z.string().min(1).max(65_535), payload: text.default("") });

/** What a try-out is given: the decoder, and one kind of input. */
export const tryWish = z.strictObject({
  code: code.optional(),
  function: decoderFunction.optional(),
  version: versionNumber.optional().meta({ description: "This version. Without code and version: the one in force." }),
  uplink: uplink.optional().meta({ description: "A LoRaWAN uplink." }),
  request: request.optional().meta({ description: "A request at the HTTP integration." }),
  message: message.optional().meta({ description: "A message of another broker." }),
  recorded: z
    .int()
    .min(1)
    .max(MOST_RECORDED)
    .optional()
    .meta({ description: `The last so many inputs that came, at most ${MOST_RECORDED}.` }),
  device: values.named
    .optional()
    .meta({ description: "Id or serial: whose uplink it is, or of which what came is tried." }),
});
type TryWish = z.output<typeof tryWish>;

interface TryDeps {
  readonly directory: Directory;
  readonly tryOut: Pick<TryOut, "once" | "recorded">;
}

/** @throws Refusal invalid_request, not_found, unknown_device, rate_limited, overloaded, storage_unavailable */
export async function tryDecoder(
  { directory, tryOut }: TryDeps,
  product: ProductNode,
  wish: TryWish,
): Promise<TryAnswer> {
  const decoder = decoderOf(directory, product, wish);
  const given = [wish.uplink, wish.request, wish.message, wish.recorded].filter((one) => one !== undefined);
  if (given.length !== 1)
    throw new BadValues("invalid_request", [
      { path: "", message: "Say what comes in: one of uplink, request, message and recorded." },
    ]);
  const device = wish.device === undefined ? null : deviceNamed(product, wish.device);
  if (wish.recorded !== undefined)
    return { tried: null, recorded: await tryOut.recorded(product, decoder, { device, limit: wish.recorded }) };
  return { tried: await tryOut.once(product, decoder, inputOf(wish, device)), recorded: null };
}

/**
 * Refuses a script that is none, before it is put in force; what it does is for a try-out to see.
 * @param tryOut null: no server runs that could look
 * @throws BadValues invalid_request; Refusal rate_limited
 */
export async function mustCompile(
  tryOut: Pick<TryOut, "problem"> | null,
  product: ProductNode,
  code: string,
): Promise<void> {
  const problem = codeProblem(code) ?? (await tryOut?.problem(product, code)) ?? null;
  if (problem !== null) throw new BadValues("invalid_request", [{ path: "code", message: problem }]);
}

function decoderOf(directory: Directory, product: ProductNode, wish: TryWish): TriedDecoder | null {
  if (wish.code !== undefined) {
    const problem =
      wish.version === undefined ? codeProblem(wish.code) : "it stands beside a version: give one of them";
    if (problem !== null) throw new BadValues("invalid_request", [{ path: "code", message: problem }]);
    return { code: wish.code, function: wish.function ?? null, number: null };
  }
  const row =
    wish.version === undefined ? productDecoder(directory, product) : versionNumbered(directory, product, wish.version);
  return row && (wish.function === undefined ? row : { code: row.code, number: row.number, function: wish.function });
}

function inputOf({ uplink, request, message }: TryWish, device: ReturnType<typeof deviceNamed> | null): TryInput {
  if (uplink !== undefined) {
    const bytes = uplink.hex ?? uplink.base64 ?? new Uint8Array();
    return { kind: "uplink", bytes, port: uplink.port, device, raw: uplink.raw ?? null };
  }
  if (message !== undefined) return { kind: "message", ...message };
  if (request === undefined) throw new Refusal("invalid_request", "Nothing comes in.");
  const { method, path, query, headers, body } = request;
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const type = lower.find(([name]) => name === "content-type")?.[1] ?? "";
  const form = type.startsWith("application/x-www-form-urlencoded") ? [...new URLSearchParams(body)] : [];
  return { kind: "request", body, request: { method, path, query: Object.entries(query), headers: lower, form } };
}
