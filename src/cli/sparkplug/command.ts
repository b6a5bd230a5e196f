import { Refusal } from "../../base/errors.ts";
import { type Args, type Flags, given, on as with_, say, show as table } from "../results.ts";
import { visible } from "../text.ts";
import type { Io } from "../types.ts";

/** `sparkplug show`. */
export const show = (io: Io, _: Args, flags: Flags) =>
  with_(io, flags, async (access) => {
    const host = await access.call("sparkplugShow", given(flags, "workspace"));
    const { status } = host;
    const rows = host.products.map(({ nodes, product }) => [nodes, product]);
    const how = status.state === "online" ? `online, ${status.alive} of ${status.nodes} nodes online` : status.reason;
    io.out(
      `${visible(host.host)} (${host.workspace}), as ${visible(host.account ?? "an account that is gone")}: ${how}\n`,
    );
    return table(
      io,
      flags,
      host,
      ["NODES", "PRODUCT"],
      rows,
      "No nodes lead to a product: see fieldcast sparkplug set",
    );
  });

/** `sparkplug set HOST --account NAME --product NODES=PRODUCT …`. */
export const set = (io: Io, [host = ""]: Args, flags: Flags) =>
  with_(io, flags, async (access) => {
    const products = rulesIn(flags.product);
    const { reorder, rebirth } = flags;
    const one = await access.call("sparkplugSet", {
      ...given(flags, "workspace", "account"),
      host,
      products,
      ...(reorder !== undefined && { reorder: Number(reorder) }),
      ...(rebirth === false && { rebirth }),
    });
    return say(io, flags, one, `${visible(one.host)}: set. Nodes find it on spBv1.0/STATE/${visible(one.host)}.`);
  });
function rulesIn(texts: unknown): { nodes: string; product: string }[] {
  return (Array.isArray(texts) ? texts : []).map((text: unknown) => {
    const [nodes, product, ...more] = String(text).split("=");
    if (nodes !== undefined && product !== undefined && more.length === 0) return { nodes, product };
    throw new Refusal(
      "invalid_request",
      `--product is which nodes and a product, like plant-1/#=boilers, not "${String(text)}".`,
    );
  });
}

const switched = (active: boolean) => (io: Io, _: Args, flags: Flags) =>
  with_(io, flags, async (access) => {
    const one = await access.call("sparkplugSwitch", { ...given(flags, "workspace"), active });
    return say(io, flags, one, `${visible(one.host)}: ${active ? "on" : "off"}.`);
  });
/** `sparkplug on`, `sparkplug off`. */
export const on = switched(true);
export const off = switched(false);

/** `sparkplug delete`. */
export const remove = (io: Io, _: Args, flags: Flags) =>
  with_(io, flags, async (access) => {
    const done = await access.call("sparkplugDelete", given(flags, "workspace"));
    return say(io, flags, done, `${visible(done.host)}: deleted. Its devices and what was measured stay.`);
  });

const HEAD = ["NODE", "ONLINE", "SINCE", "METRICS", "DEVICE", "GAPS", "REBIRTHS"];
/** `sparkplug nodes`. */
export const nodes = (io: Io, _: Args, flags: Flags) =>
  with_(io, flags, async (access) => {
    const found = await access.call("sparkplugNodes", given(flags, "workspace"));
    const rows = found.map((one) => [
      one.node,
      one.online ? "yes" : "no",
      one.since,
      String(one.metrics),
      one.device === null ? null : `${one.product}/${one.device}`,
      one.gaps === null ? null : String(one.gaps),
      one.rebirths === null ? null : String(one.rebirths),
    ]);
    return table(io, flags, found, HEAD, rows, "No node was heard yet.");
  });

/** `sparkplug rebirth NODE`. */
export const rebirth = (io: Io, [node = ""]: Args, flags: Flags) =>
  with_(io, flags, async (access) => {
    const done = await access.call("sparkplugRebirth", { ...given(flags, "workspace"), node });
    return say(io, flags, done, `${visible(node)}: asked for its births.`);
  });
/** `sparkplug forget NODE`. */
export const forget = (io: Io, [node = ""]: Args, flags: Flags) =>
  with_(io, flags, async (access) => {
    const done = await access.call("sparkplugForget", { ...given(flags, "workspace"), node });
    return say(io, flags, done, `${visible(node)}: forgotten.`);
  });
