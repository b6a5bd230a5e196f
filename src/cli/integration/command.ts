import type { Answer } from "../../admin/operations.ts";
import { UsageError } from "../failure.ts";
import { wholeNumber } from "../numbers.ts";
import { graceOf } from "../grace.ts";
import { type Args, type Flags, on, say } from "../results.ts";
import { visible } from "../text.ts";
import type { Io } from "../types.ts";

const words = (yes: boolean) => (yes ? "yes" : "no");
/** Where requests go: at the running server, otherwise at whatever it listens on. */
function addressOf(info: Answer<"info">): string {
  const http =
    info?.addresses.find(({ name }) => name === "http") ?? info?.addresses.find(({ name }) => name === "https");
  if (http === undefined) return "";
  const host = http.host.includes(":") ? `[${http.host}]` : http.host;
  return `${http.secure ? "https" : "http"}://${host}:${http.port}`;
}
function lines(one: Answer<"integrationShow">, at: string): string {
  const facts = [
    ["Product", one.product],
    ["UUID", one.uuid],
    ["Key", one.integration_key],
    ...(one.old_key === null ? [] : [["Key of before", `${one.old_key.begins}…, until ${one.old_key.until}`]]),
    ["HTTP", `POST ${at}/integrations/api/${one.integration_key}/`],
    ["Takes the product's UUID", words(one.accepts_product_uuid)],
    ["Networks need a token", words(one.network_token_needed)],
    ["Creates devices", one.creates_devices === 0 ? "no, suggests them" : `until there are ${one.creates_devices}`],
    ["Creates fields", one.creates_fields === 0 ? "no, suggests them" : `until there are ${one.creates_fields}`],
  ];
  return facts.map(([name, value]) => `${`${name}:`.padEnd(26)}${visible(String(value))}`).join("\n");
}

export const show = (io: Io, [product = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const one = await access.call("integrationShow", { product });
    return say(io, flags, one, lines(one, addressOf(await access.call("info"))));
  });

export const set = (io: Io, [product = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const wish = {
      ...yesOrNo("acceptsProductUuid", "--product-uuid", flags.productUuid),
      ...yesOrNo("networkTokenNeeded", "--network-token", flags.networkToken),
      ...limit("createsDevices", "--creates-devices", flags.createsDevices, 100_000),
      ...limit("createsFields", "--creates-fields", flags.createsFields, 1000),
    };
    if (Object.keys(wish).length === 0)
      throw new UsageError(
        "say what to change: --product-uuid, --network-token, --creates-devices or --creates-fields",
      );
    const one = await access.call("integrationSet", { product, ...wish });
    return say(io, flags, one, lines(one, addressOf(await access.call("info"))));
  });

export const rotateKey = (io: Io, [product = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const grace = flags.grace === undefined ? {} : { grace_seconds: graceOf(String(flags.grace), "key") };
    const one = await access.call("integrationRotateKey", { product, ...grace });
    const old = one.old_key === null ? "does not work any more" : `works until ${one.old_key.until}`;
    return say(io, flags, one, `The key of ${visible(product)} is now ${one.integration_key}. The old one ${old}.`);
  });

export const revokeOldKey = (io: Io, [product = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const one = await access.call("integrationRevokeOldKey", { product });
    return say(io, flags, one, `Only the key ${one.integration_key} works for ${visible(product)}.`);
  });

function yesOrNo(name: string, flag: string, value: unknown): Record<string, boolean> {
  if (value === undefined) return {};
  if (value === "yes" || value === "no") return { [name]: value === "yes" };
  throw new UsageError(`${flag} is yes or no`);
}
function limit(name: string, flag: string, value: unknown, most: number): Record<string, number> {
  return value === undefined ? {} : { [name]: wholeNumber(flag, value, 0, 0, most) };
}
