import { wholeNumber } from "../numbers.ts";
import { colors, json, table, utcTime } from "../text.ts";
import { throughServer } from "../through-server.ts";
import type { Io } from "../types.ts";

type Flags = Readonly<Record<string, unknown>>;

/** `node list`. */
export async function list(io: Io, _args: readonly string[], flags: Flags): Promise<number> {
  const { nodes } = await throughServer(io, flags, (access) => access.call("nodeList", {}));
  if (flags.json === true) {
    io.out(json(nodes));
    return 0;
  }
  if (nodes.length === 0) {
    io.err("The data is in the server's own folder: there are no other servers.\n");
    return 0;
  }
  const rows = nodes.map((one) => [
    `${one.id}${one.self ? " *" : ""}`,
    one.address,
    one.draining ? "draining" : one.role,
    one.duty ? "yes" : "",
    one.lag === null ? "" : String(one.lag),
    one.since === null ? "" : utcTime(one.since),
    one.seen === null ? "" : utcTime(one.seen),
    one.version,
    one.url ?? "",
  ]);
  const head = ["NODE", "ON", "STATE", "DUTY", "LAG", "SINCE", "SEEN", "VERSION", "ASKED AT"];
  io.out(table(head, rows, colors(io.color), [4]));
  return 0;
}

/** `node drain NODE`. */
export async function drain(io: Io, [which = ""]: readonly string[], flags: Flags): Promise<number> {
  const node = wholeNumber("the node", which, 0, 1, Number.MAX_SAFE_INTEGER);
  const done = await throughServer(io, flags, (access) => access.call("nodeDrain", { node }));
  if (flags.json === true) io.out(json(done, 0));
  else io.out(`Node ${node} takes no clients any more, and lets those go that it has. Stop it when they are gone.\n`);
  return 0;
}
