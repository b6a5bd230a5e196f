import type { Answer } from "../../admin/operations.ts";
import { UsageError } from "../failure.ts";
import { type Args, type Flags, given, on, say, show as showList } from "../results.ts";
import { visible } from "../text.ts";
import type { Io } from "../types.ts";

export const create = (io: Io, [product = "", id = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const wish = {
      product,
      id,
      type: flags.type ?? "number",
      ...given(flags, "default", "name", "unit", "description"),
    };
    const made = await access.call("configurationCreate", wish);
    return say(io, flags, made, `Configuration field ${made.id} (${made.type}) of ${made.product} is made.`);
  });

export const list = (io: Io, [product = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const fields = await access.call("configurationList", { product });
    const rows = fields.map((one) => [one.id, one.type, one.default, one.unit, visible(one.name)]);
    const none = "The product has no configuration fields.";
    return showList(io, flags, fields, ["FIELD", "TYPE", "DEFAULT", "UNIT", "NAME"], rows, none);
  });

export const remove = (io: Io, [product = "", id = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const gone = await access.call("configurationDelete", { product, id });
    return say(io, flags, gone, `Configuration field ${visible(gone.id)} of ${visible(gone.product)} is deleted.`);
  });

export const show = (io: Io, [product = "", device = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => shown(io, flags, await access.call("configurationShow", { product, device })));

/** `configuration set PRODUCT DEVICE NAME=VALUE…`. */
export const set = (io: Io, [product = "", device = "", ...pairs]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const values = Object.fromEntries(pairs.map(pairOf));
    return shown(io, flags, await access.call("configurationSet", { product, device, values }));
  });

/** `NAME=` takes a value back. */
function pairOf(text: string): [string, string | null] {
  const at = text.indexOf("=");
  if (at < 1) throw new UsageError(`"${text}" is not NAME=VALUE`);
  return [text.slice(0, at), at === text.length - 1 ? null : text.slice(at + 1)];
}
function shown(io: Io, flags: Flags, one: Answer<"configurationShow">): number {
  const rows = Object.entries(one.values).map(([id, value]) => [
    ...[id, value === null ? null : visible(String(value))],
    one.own.includes(id) ? "its own" : "the default",
  ]);
  return showList(io, flags, one, ["FIELD", "VALUE", ""], rows, "The product has no configuration fields.");
}
