import { Refusal } from "../base/errors.ts";

/** Where the bus is. */
export interface NatsAddress {
  /** HOST:PORT of each server. */
  readonly servers: readonly string[];
  readonly isTls: boolean;
  /** File with the certificate of the authority that the servers are trusted by; null: those of the system. */
  readonly ca: string | null;
  readonly user: string | null;
  /** The user's, or without one a token; null: there is none. */
  readonly secret: string | null;
  /** What subjects begin with. */
  readonly prefix: string;
  /** For people. */
  readonly shown: string;
}

/**
 * `nats://[user[:password]@]host[:port][,host[:port]…][/PREFIX][?ca=FILE]`, or `tls://…`. Of one word before the @ nobody can say whether it
 * is a user or a token: with a secret from elsewhere it is the user.
 * @param secret password or token from a file; null: there is none
 * @throws Refusal invalid_config
 */
export function natsAddress(text: string, secret: string | null): NatsAddress {
  const found = /^(nats|tls):\/\/(?:([^@/?\s]*)@)?([^@/?\s]+)(?:\/([A-Za-z0-9_.-]*))?(?:\?ca=([^&\s]+))?$/.exec(text);
  const servers = found?.[3]?.split(",").map(serverOf) ?? [];
  if (found === null || servers.includes(null))
    throw new Refusal("invalid_config", "--bus is not like nats://user@host:4222,host:4222 or tls://host.");
  const [, scheme, login = "", , prefix = "", ca] = found;
  const [first = "", ...rest] = login.split(":").map(decodeURIComponent);
  const password = rest.length > 0 ? rest.join(":") : null;
  const isToken = password === null && secret === null;
  return {
    servers: servers as string[], // none is null
    isTls: scheme === "tls",
    ca: ca === undefined ? null : decodeURIComponent(ca),
    user: isToken || first === "" ? null : first,
    secret: secret ?? password ?? (first === "" ? null : first),
    prefix: prefix === "" ? "fieldcast" : prefix,
    shown: `${scheme}://${found[3]}`,
  };
}

function serverOf(text: string): string | null {
  const found = /^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/.exec(text);
  return found === null ? null : `${found[1]}:${found[2] ?? "4222"}`;
}
