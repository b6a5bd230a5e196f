import { isLoopback } from "../base/address.ts";

/** The other end of a socket: its address, and whether it is on this machine. */
export interface Peer {
  readonly remote: string;
  readonly local: boolean;
}

/**
 * Where a socket's other end is, when nobody stands between. IPv4 on a listener of both kinds is IPv4.
 * @param address as the platform has it: nothing when the client was gone again by the time it was asked
 */
export function peerOf(address: string | undefined): Peer {
  if (address === undefined) return { remote: "", local: false };
  const remote = address.startsWith("::ffff:") ? address.slice(7) : address;
  return { remote, local: isLoopback(remote) };
}
