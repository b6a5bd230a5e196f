import { UsageError } from "../failure.ts";
import { type Args, type Flags, given, on, say, show } from "../results.ts";
import { visible } from "../text.ts";
import type { Io } from "../types.ts";

/** `suggestion list PRODUCT [--ignored]`. */
export const list = (io: Io, [product]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const found = await access.call("suggestionList", { ...placeOf(product, flags), ...given(flags, "ignored") });
    const rows = found.map((one) => [
      ...[one.kind, visible(one.name), one.type ?? "", one.count, one.last, visible(one.sample)],
      one.origin === null ? "" : visible(`${one.origin.broker} (${one.origin.map})`),
      one.state === "ignored" ? "ignored" : "",
    ]);
    const head = ["KIND", "NAME", "LOOKS LIKE", "CAME", "LAST", "SAMPLE", "FROM", ""];
    return show(io, flags, found, head, rows, "Nothing is suggested.");
  });

/** `suggestion create PRODUCT [NAME…] [--kind KIND]`. */
export const create = (io: Io, [product = "", ...names]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const place = flags.workspace === undefined ? { product } : { workspace: String(flags.workspace), into: product };
    const made = await access.call("suggestionCreate", { ...place, ...kindOf(flags), names, ...given(flags, "type") });
    return say(io, flags, made, made.length === 0 ? "Nothing is suggested." : `Created: ${told(made)}.`);
  });

/** `suggestion ignore PRODUCT [NAME…] [--kind KIND] [--back]`. */
export const ignore = (io: Io, args: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const [product, ...names] = flags.workspace === undefined ? args : [undefined, ...args];
    if (flags.back === true && names.length === 0) throw new UsageError("name those that --back is to bring back");
    const wish = { ...placeOf(product, flags), ...kindOf(flags), names, ...given(flags, "back") };
    const done = await access.call("suggestionIgnore", wish);
    const what = flags.back === true ? "Suggested again" : "Ignored";
    return say(io, flags, done, done.length === 0 ? "Nothing is suggested." : `${what}: ${told(done)}.`);
  });

function told(list: readonly { readonly kind: string; readonly name: string }[]): string {
  return list.map(({ kind, name }) => `${kind} ${visible(name)}`).join(", ");
}
function placeOf(product: string | undefined, flags: Flags): Record<string, string> {
  if ((product === undefined) === (flags.workspace === undefined))
    throw new UsageError("name a product, or a workspace with --workspace");
  return product === undefined ? { workspace: String(flags.workspace) } : { product };
}
function kindOf({ kind }: Flags): Record<string, unknown> {
  if (kind === undefined) return {};
  if (kind !== "device" && kind !== "field") throw new UsageError(`--kind: "${String(kind)}" is not device or field`);
  return { kind };
}
