import type { Principal } from "./principal.ts";

/** A token that is good for nothing any more. */
export interface Revocation {
  /** Below 0: of what the tickets of a browser opened. */
  readonly tokenUid: number;
  /** The account it belonged to; connections that logged in with this token must go. */
  readonly key: string;
  /** Undefined when nobody has asked for this principal since the start. */
  readonly principal: Principal | undefined;
  readonly reason: "deleted" | "expired";
  /** Tokens of the account that are still good; at 0 nobody can ever resume its sessions. */
  readonly tokensLeft: number;
}
