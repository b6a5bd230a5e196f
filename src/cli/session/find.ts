import { Refusal } from "../../base/errors.ts";
import type { SessionInfo } from "../../broker/listing.ts";
import type { FleetService } from "../../fleet/service.ts";
import { quote } from "../../measure/bytes.ts";
import type { OperationsDeps, SessionTable } from "../types.ts";

/** A session with its account: an e-mail address, or an API user as name@workspace. */
export interface SessionRow extends SessionInfo {
  readonly account: string;
}
export interface SessionList {
  readonly sessions: readonly SessionRow[];
  /** How many there are, also beyond the limit. */
  readonly total: number;
}
interface Deps extends Pick<OperationsDeps, "sessions"> {
  readonly service: Pick<FleetService, "accountKey" | "accountName">;
}

/** Accounts that a refusal names at most: thousands may use the same client identifier. */
const NAMED = 20;

/**
 * The sessions of the running server, oldest first.
 * @throws Refusal not_available without a server, not_found for an unknown account
 */
export function listSessions(deps: Deps, wish: { account?: string | undefined; limit: number }): SessionList {
  const sessions: SessionRow[] = [];
  let total = 0;
  for (const info of serverOf(deps).list(keyOf(deps, wish.account)))
    if (total++ < wish.limit) sessions.push({ account: deps.service.accountName(info.principal), ...info });
  return { sessions, total };
}

/**
 * Ends the connection of a client (wire contract section 2): 0x98 in v5, and its will fires. The session stays as long as
 * its expiry says.
 * @returns the session as it was before
 * @throws Refusal not_available without a server; not_found: no such account or session, or it is not connected;
 *   invalid_request: several accounts have one with this client identifier
 */
export function disconnectSession(deps: Deps, wish: { client: string; account?: string | undefined }): SessionRow {
  const server = serverOf(deps);
  const found: SessionRow[] = [];
  for (const info of server.list(keyOf(deps, wish.account)))
    if (info.clientId === wish.client) found.push({ account: deps.service.accountName(info.principal), ...info });
  const [session, ...others] = found;
  const what = `session with the client identifier ${quote(wish.client)}`;
  if (!session) {
    const where = wish.account === undefined ? "" : ` of ${quote(wish.account)}`;
    throw new Refusal("not_found", `There is no ${what}${where}.`);
  }
  if (others.length > 0) throw new Refusal("invalid_request", `Several accounts have a ${what}. ${choice(found)}`);
  if (!server.disconnect(session.principal, session.clientId))
    throw new Refusal("not_found", `The ${what} of ${quote(session.account)} is not connected.`);
  return session;
}

function choice(found: readonly SessionRow[]): string {
  const names = found.slice(0, NAMED).map(({ account, connected }) => `"${account}"${connected ? "" : " (away)"}`);
  const more = found.length > NAMED ? `, and ${found.length - NAMED} more` : "";
  return `Name one with --account: ${names.join(", ")}${more}.`;
}

function serverOf({ sessions }: Deps): SessionTable {
  if (sessions) return sessions;
  throw new Refusal("not_available", "Only a running server has sessions, and none runs on this data folder.");
}

function keyOf({ service }: Deps, account: string | undefined): string | undefined {
  return account === undefined ? undefined : service.accountKey(account);
}
