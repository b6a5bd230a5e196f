import { isIP } from "node:net";
import { blockList, plainAddress } from "../base/address.ts";

/** Whether a peer with this address may say whom it speaks for. */
export type Trusts = (address: string) => boolean;

/** Entries of X-Forwarded-For that are looked at, from the right; what is left of them anybody may have written. */
const MOST_HOPS = 20;

/** Which peers may say whom they speak for. @param list addresses, and networks as `10.0.0.0/8`; checked by the settings */
export function trustedPeers(list: readonly string[]): Trusts {
  if (list.length === 0) return () => false;
  const known = blockList(list);
  return (address) => {
    const plain = plainAddress(address);
    const family = isIP(plain);
    return family !== 0 && known.check(plain, family === 6 ? "ipv6" : "ipv4");
  };
}

/**
 * The client's address behind proxies: the first entry of X-Forwarded-For, from the right, that no proxy of ours has.
 * What a peer says that is not trusted counts for nothing.
 * @param peer the socket's other end; @param header X-Forwarded-For, all of them joined by commas
 */
export function forwardedFor(peer: string, header: string | null, trusts: Trusts): string {
  if (header === null || !trusts(peer)) return peer;
  let client = peer;
  for (const entry of header.split(",").slice(-MOST_HOPS).reverse()) {
    const address = addressIn(entry.trim());
    if (address === null) return client;
    client = address;
    if (!trusts(client)) return client;
  }
  return client;
}

/** `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`; null: it is none of these. */
function addressIn(entry: string): string | null {
  const bare = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(entry)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(entry)?.[1] ?? entry;
  return isIP(bare) === 0 || bare.includes("%") ? null : plainAddress(bare);
}
