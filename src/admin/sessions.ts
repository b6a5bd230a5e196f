import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import type { SessionDetails, SessionInfo, SessionOrder, SessionQuery } from "../broker/types.ts";
import { quote } from "../measure/bytes.ts";
import * as values from "./values.ts";
import { checked } from "./checked.ts";
import type { Powers } from "./actor.ts";
import { type AccountNames, accountKeyOf } from "./names.ts";
import type { AdminDeps, SessionTable } from "./types.ts";

/** What lists can be sorted by. */
export const SESSION_ORDERS = [
  "age",
  "since",
  "client",
  "subscriptions",
  "in-flight",
  "waiting",
  "bytes",
] as const satisfies readonly SessionOrder[];

/** A session with its account: an e-mail address, or an API user as name@workspace. */
export type SessionRow = SessionInfo & { readonly account: string };
export type SessionSheet = SessionDetails & { readonly account: string };
interface SessionList {
  readonly sessions: readonly SessionRow[];
  /** How many there are, also beyond the limit. */
  readonly total: number;
}
interface Deps extends Pick<AdminDeps, "sessions"> {
  readonly fleet: AccountNames;
}
const schemas = {
  list: z.strictObject({
    account: values.named.optional(),
    contains: z.string().max(65_535).optional(),
    connected: z.boolean().optional(),
    sort: z.enum(SESSION_ORDERS).default("age"),
    limit: z.number().int().min(1).max(1_000_000).default(100),
  }),
  // as long as the standard allows
  one: z.strictObject({ client: z.string().min(1).max(65_535), account: values.named.optional() }),
  account: z.strictObject({ account: values.named }),
};

/** Listing, showing and ending MQTT sessions. @throws Refusal not_available, not_found, invalid_request */
export function sessionOperations(deps: Deps) {
  return {
    sessionList: checked(schemas.list, async (wish) => listSessions(deps, wish)),
    sessionShow: checked(schemas.one, async (wish) => showSession(deps, wish)),
    sessionDisconnect: checked(schemas.one, async (wish) => disconnectSession(deps, wish)),
    sessionDisconnectAll: checked(schemas.account, async (wish) => disconnectAccount(deps, wish)),
  };
}

interface Which {
  readonly client: string;
  /** Key or name. */
  readonly account?: string | undefined;
}
type Filters = Omit<SessionQuery, "principal"> & { readonly account?: string | undefined };

/** Accounts that a refusal names at most: thousands may use the same client identifier. */
const NAMED = 20;

/** Sessions are the whole instance's. @throws Refusal not_permitted */
export function mustOperate(who: Powers): void {
  if (who.operate) return;
  throw new Refusal("not_permitted", 'The sessions of the whole instance need the instance permission "operate".');
}

/**
 * The sessions of the running server, up to a limit.
 * @throws Refusal not_available without a server, not_found for an unknown account
 */
export function listSessions(deps: Deps, { account, ...wish }: Filters): SessionList {
  const { sessions, total } = serverOf(deps).select({ ...wish, principal: keyOf(deps, account) });
  return { sessions: sessions.map((info) => withAccount(deps, info)), total };
}

/**
 * Everything that can be told of one session.
 * @throws Refusal not_available without a server; not_found: no such account or session; invalid_request: several
 *   accounts have one with this client identifier
 */
export function showSession(deps: Deps, wish: Which): SessionSheet {
  const { principal, clientId } = theOne(deps, wish);
  const details = serverOf(deps).inspect(principal, clientId);
  if (details === null) throw noSession(wish);
  return withAccount(deps, details);
}

/**
 * Ends the connection of a client (wire contract section 2): 0x98 in v5, and its will fires. The session stays as long as
 * its expiry says.
 * @returns the session as it was before
 * @throws Refusal as showSession; not_found also when it is not connected
 */
export function disconnectSession(deps: Deps, wish: Which): SessionRow {
  const session = theOne(deps, wish);
  if (!serverOf(deps).disconnect(session.principal, session.clientId))
    throw new Refusal("not_found", `The ${named(wish.client)} of ${quote(session.account)} is not connected.`);
  return session;
}

/** Ends all connections of an account in the same way. @throws Refusal not_available, not_found */
export function disconnectAccount(deps: Deps, { account }: { account: string }) {
  const server = serverOf(deps);
  const key = accountKeyOf(deps.fleet, account);
  return { account: deps.fleet.accountName(key), disconnected: server.disconnectAll(key) };
}

/** Of an account that is named the one, without looking through all of them. */
function theOne(deps: Deps, wish: Which): SessionRow {
  const principal = keyOf(deps, wish.account);
  const server = serverOf(deps);
  if (principal !== undefined) {
    const known = server.inspect(principal, wish.client);
    if (known === null) throw noSession(wish);
    return withAccount(deps, known);
  }
  const { sessions, total } = server.select({ client: wish.client, limit: NAMED });
  const found = sessions.map((info) => withAccount(deps, info));
  const [session] = found;
  if (!session) throw noSession(wish);
  if (total > 1)
    throw new Refusal("invalid_request", `Several accounts have a ${named(wish.client)}. ${choice(found, total)}`);
  return session;
}

function noSession({ client, account }: Which): Refusal {
  const where = account === undefined ? "" : ` of ${quote(account)}`;
  return new Refusal("not_found", `There is no ${named(client)}${where}.`);
}
function withAccount<T extends SessionInfo>({ fleet }: Deps, info: T): T & { readonly account: string } {
  return { account: fleet.accountName(info.principal), ...info };
}
function named(client: string): string {
  return `session with the client identifier ${quote(client)}`;
}
function choice(found: readonly SessionRow[], total: number): string {
  const names = found.map(({ account, connected }) => `"${account}"${connected ? "" : " (away)"}`);
  const more = total > found.length ? `, and ${total - found.length} more` : "";
  return `Name one with --account: ${names.join(", ")}${more}.`;
}

function serverOf({ sessions }: Deps): SessionTable {
  if (sessions) return sessions;
  throw new Refusal("not_available", "Only a running server has sessions, and none runs on this data folder.");
}
function keyOf({ fleet }: Deps, account: string | undefined): string | undefined {
  return account === undefined ? undefined : accountKeyOf(fleet, account);
}
