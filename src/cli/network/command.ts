import { readScript } from "../decoder/script.ts";
import { type Args, type Flags, given, on, say, show } from "../results.ts";
import { visible } from "../text.ts";
import type { Io } from "../types.ts";

const HEAD = ["NETWORK", "WORKSPACE", "TYPE", "SERVER", "KEY", "USED BY"];

/** `network list [--workspace SLUG]`. */
export const list = (io: Io, _: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const found = await access.call("networkList", given(flags, "workspace"));
    const rows = found.map((one) => [
      one.name,
      one.workspace,
      one.type,
      one.server,
      one.has_key ? "set" : null,
      one.products.join(", ") || null,
    ]);
    return show(io, flags, found, HEAD, rows, "There are no networks. Set one up by: fieldcast network create");
  });

/** `network create NAME --type TYPE …`. */
export const create = (io: Io, [name = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const one = await access.call("networkCreate", { name, ...(await settingsOf(io, flags)) });
    return say(
      io,
      flags,
      one,
      `${visible(one.name)}: created. A product uses it by: fieldcast network use <product> ${one.name}`,
    );
  });

/** `network set NAME …`. */
export const set = (io: Io, [name = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const one = await access.call("networkSet", { name, ...(await settingsOf(io, flags)) });
    return say(io, flags, one, `${visible(one.name)}: changed.`);
  });

/** `network use PRODUCT [NETWORK]`. */
export const use = (io: Io, [product = "", network]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const done = await access.call("networkUse", { product, network: network ?? null });
    const how = network === undefined ? "uses no network any more" : `uses ${visible(network)}`;
    return say(io, flags, done, `${visible(product)} ${how}.`);
  });

/** `network delete NAME`. */
export const remove = (io: Io, [name = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const done = await access.call("networkDelete", { name, ...given(flags, "workspace") });
    return say(io, flags, done, `${visible(name)}: deleted.`);
  });

/** "" takes a setting away. */
async function settingsOf(io: Io, flags: Flags): Promise<object> {
  const file = flags.keyFile;
  const key = file === undefined ? undefined : file === "-" ? await io.readStdin() : readScript(io, String(file));
  const said = Object.entries({
    ...given(flags, "server", "application", "webhook"),
    ...(key !== undefined && { key: key.trim() }),
  });
  return {
    ...given(flags, "workspace", "type"),
    ...Object.fromEntries(said.map(([name, value]) => [name, value === "" ? null : value])),
  };
}
