import { UsageError } from "../failure.ts";
import { wholeNumber } from "../numbers.ts";
import { type Colors, colors, json, utcTime, plural, table, visible } from "../text.ts";
import { throughServer } from "../through-server.ts";
import type { Io } from "../types.ts";
import type { SessionRow } from "../../admin/sessions.ts";
import { renderSession, VERSIONS } from "./sheet.ts";

type Flags = Readonly<Record<string, unknown>>;

/** `session list [--account NAME] [--client TEXT] [--connected|--away] [--sort ORDER] [--limit N]`. */
export async function list(io: Io, _args: readonly string[], flags: Flags): Promise<number> {
  const limit = wholeNumber("--limit", flags.limit, 100, 1, 1_000_000);
  if (flags.connected === true && flags.away === true)
    throw new UsageError("--connected and --away: one of them is allowed, not both");
  const connected = flags.connected === true ? true : flags.away === true ? false : undefined;
  const wish = {
    limit,
    ...accountOf(flags),
    ...(flags.client === undefined ? {} : { contains: String(flags.client) }),
    ...(connected === undefined ? {} : { connected }),
    ...(flags.sort === undefined ? {} : { sort: String(flags.sort) }),
  };
  const found = await throughServer(io, flags, (access) => access.call("sessionList", wish));
  if (flags.json === true) {
    io.out(json(found));
    return 0;
  }
  if (found.total === 0) io.err("There are no such sessions.\n");
  else io.out(renderSessions(found.sessions, colors(io.color)));
  if (found.total > found.sessions.length)
    io.err(`${plural(found.total - found.sessions.length, "more session")}; --limit ${found.total} shows all.\n`);
  return 0;
}

/** `session show CLIENT_ID [--account NAME]`. */
export async function show(io: Io, [client = ""]: readonly string[], flags: Flags): Promise<number> {
  const sheet = await throughServer(io, flags, (access) => access.call("sessionShow", { client, ...accountOf(flags) }));
  io.out(flags.json === true ? json(sheet) : renderSession(sheet, colors(io.color)));
  return 0;
}

/** `session disconnect CLIENT_ID [--account NAME]`, `session disconnect --all --account NAME`. */
export async function disconnect(io: Io, [client]: readonly string[], flags: Flags): Promise<number> {
  if (flags.all === true) return disconnectAll(io, client, flags);
  if (client === undefined) throw new UsageError("name the client, or use --all with --account for all of an account");
  const gone = await throughServer(io, flags, (access) =>
    access.call("sessionDisconnect", { client, ...accountOf(flags) }),
  );
  if (flags.json === true) io.out(json(gone, 0));
  else io.out(`Client ${visible(gone.clientId)} of ${visible(gone.account)} is disconnected.\n`);
  return 0;
}
async function disconnectAll(io: Io, client: string | undefined, flags: Flags): Promise<number> {
  if (client !== undefined) throw new UsageError("--all and a client identifier: one of them is allowed, not both");
  if (flags.account === undefined) throw new UsageError("--all needs --account: whose connections are to end?");
  const account = String(flags.account);
  const done = await throughServer(io, flags, (access) => access.call("sessionDisconnectAll", { account }));
  if (flags.json === true) io.out(json(done, 0));
  else io.out(`${plural(done.disconnected, "client")} of ${visible(done.account)} disconnected.\n`);
  return 0;
}

function accountOf({ account }: Flags): { account?: string } {
  return account === undefined ? {} : { account: String(account) };
}

export function renderSessions(sessions: readonly SessionRow[], c: Colors): string {
  const rows = sessions.map((s) => [
    s.clientId,
    s.account,
    s.connected ? "connected" : "away",
    utcTime(s.since),
    s.remote === null ? "" : `${s.remote} ${s.transport ?? ""}`,
    VERSIONS[s.version],
    String(s.subscriptions),
    String(s.inFlight),
    String(s.waiting),
    s.connected ? s.pause.replaceAll("_", " ") : "",
  ]);
  const head = ["CLIENT", "ACCOUNT", "STATE", "SINCE", "FROM", "MQTT", "FILTERS", "IN FLIGHT", "WAITING", "SENDING"];
  return table(head, rows, c, [6, 7, 8]);
}
