import type { AuthCode, AuthResult } from "../auth/authority.ts";
import { isNobody, secretOf } from "../auth/credentials.ts";
import type { Principal } from "../auth/principal.ts";
import type { ConnectPacket } from "../codec/index.ts";
import { apiUserKey } from "./anonymous.ts";
import type { BrokerContext } from "./context.ts";
import type { Wire } from "./wire.ts";

type LoginResult =
  | Extract<AuthResult, { ok: true }>
  | { readonly ok: false; readonly code: AuthCode | "not_permitted"; readonly message: string };

/** Who logged in without a token. */
const NO_TOKEN = 0;
/** What is not UTF-8 is no token. A byte order mark stays, to be told of. */
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Decides who a CONNECT comes from (wire contract section 2): by its token; by the client certificate that the listener
 * has verified, whose name (CN) is `workspace/api user`; or, with neither, by the setting *anonymous*. With both, they
 * must be of one account.
 */
export function whoLogsIn(
  context: BrokerContext,
  wire: Pick<Wire, "certificate" | "local" | "page">,
  packet: ConnectPacket,
  now: number,
): LoginResult {
  const { anonymous, authority } = context;
  const userName = packet.userName ?? "";
  const password = packet.password === undefined ? "" : utf8.decode(packet.password);
  const nameless = isNobody(userName, password);
  const { certificate } = wire;
  if (certificate === null) {
    const nobody = nameless ? anonymous(wire.local) : null;
    if (nobody !== null) return { ok: true, principal: nobody, tokenUid: NO_TOKEN };
    return byTicket(context, wire, userName, password) ?? authority.authenticate(userName, password, now);
  }
  const owner = certified(context, certificate);
  if (owner === undefined)
    return refuse("not_permitted", "The name (CN) in the client certificate is not WORKSPACE/API USER of one here.");
  if (nameless)
    return owner.mqtt
      ? { ok: true, principal: owner, tokenUid: NO_TOKEN }
      : refuse("mqtt_not_permitted", "This API user may not use MQTT. Switch MQTT on for it.");
  const result = authority.authenticate(userName, password, now);
  if (!result.ok || result.principal === owner) return result;
  return refuse("not_permitted", "The client certificate and the access token are of different accounts.");
}

/** A browser that is signed in, by a ticket; null: it is none. */
function byTicket(
  { authority, clock }: BrokerContext,
  { page }: Pick<Wire, "page">,
  userName: string,
  password: string,
): Extract<LoginResult, { ok: true }> | null {
  const sent = secretOf(userName, password);
  const login = "wrong" in sent ? null : authority.tickets.take(sent.secret, page, clock.steady());
  const principal = login === null ? undefined : authority.principalOf(login.key);
  return login !== null && principal?.mqtt === true ? { ok: true, principal, tokenUid: login.uid } : null;
}

/** What is granted to a login: of a browser's ticket no session that outlives its connection, since nobody could come back to it. */
export function limitsFor({ limits }: Pick<BrokerContext, "limits">, tokenUid: number): BrokerContext["limits"] {
  return tokenUid < 0 ? { ...limits, maxSessionExpiry: 0 } : limits;
}

/** The API user that a certificate names; looked up at each login, so that one that is gone lets nobody in. */
function certified({ directory, authority }: BrokerContext, certificate: string): Principal | undefined {
  const at = certificate.indexOf("/");
  if (at < 0) return undefined;
  const rule = { workspace: certificate.slice(0, at), name: certificate.slice(at + 1) };
  const key = apiUserKey(rule, directory);
  return key === null ? undefined : authority.principalOf(key);
}
function refuse(code: AuthCode | "not_permitted", message: string): LoginResult {
  return { ok: false, code, message };
}
