import { type BlockList, isIP } from "node:net";
import { addressBytes, addressGroups, blockList } from "../base/address.ts";

/**
 * Which addresses the server may reach on behalf of somebody else. What is not the public internet is refused: the
 * machine itself, private and shared networks, link-local ones (cloud metadata), multicast, everything reserved
 * (IANA's registries of special-purpose addresses), and IPv6 forms that stand for an IPv4 address that is refused.
 */

const NOT_PUBLIC_4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.31.196.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "192.175.48.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
];
/** Of 2000::/3, which alone is public: protocol assignments with Teredo, AS112 (RFC 7534, 7535), documentation. */
const NOT_PUBLIC_6 = ["2001::/23", "2001:4:112::/48", "2001:db8::/32", "2620:4f:8000::/48", "3fff::/20"];

/** What an operator allows beside the public internet: addresses and networks, and names whose addresses do not matter. */
export class Allowed {
  private readonly networks: BlockList;
  private readonly names: ReadonlySet<string>;
  private readonly refused4 = blockList(NOT_PUBLIC_4);
  private readonly refused6 = blockList(NOT_PUBLIC_6);
  private readonly public6 = blockList(["2000::/3"]);

  /** @param list `10.0.0.0/8`, `192.168.1.5`, `hooks.internal` */
  constructor(list: readonly string[]) {
    const isNetwork = (entry: string) => isIP(entry.split("/", 1)[0] ?? "") !== 0;
    this.networks = blockList(list.filter(isNetwork));
    this.names = new Set(list.filter((entry) => !isNetwork(entry)).map((name) => name.toLowerCase()));
  }
  /** Whether a host's addresses need not be public. @param host in lower case */
  name(host: string): boolean {
    return this.names.has(host);
  }
  /** Whether an address may be reached; false for what is no address. */
  address(text: string): boolean {
    const family = text.includes("%") ? 0 : isIP(text);
    if (family === 0) return false;
    if (family === 4) return this.networks.check(text, "ipv4") || !this.refused4.check(text, "ipv4");
    const inner = innerAddress(text);
    if (inner !== null) return this.address(inner);
    if (this.networks.check(text, "ipv6")) return true;
    return this.public6.check(text, "ipv6") && !this.refused6.check(text, "ipv6");
  }
}

/** The IPv4 address that an IPv6 one stands for: mapped, translated (NAT64), 6to4, ISATAP (RFC 5214); null: none. */
function innerAddress(text: string): string | null {
  const groups = addressGroups(addressBytes(text) ?? new Uint8Array(16));
  const dotted = (high = 0, low = 0) => `${high >> 8}.${high & 0xff}.${low >> 8}.${low & 0xff}`;
  const starts = (...head: number[]) => head.every((group, i) => groups[i] === group);
  if (starts(0, 0, 0, 0, 0, 0xffff)) return dotted(groups[6], groups[7]);
  if (starts(0x64, 0xff9b, 0, 0, 0, 0)) return dotted(groups[6], groups[7]);
  if (starts(0x2002)) return dotted(groups[1], groups[2]);
  // behind any prefix: the interface identifier 0000:5efe or 0200:5efe
  if (groups[5] === 0x5efe && ((groups[4] ?? 0) & 0xfdff) === 0) return dotted(groups[6], groups[7]);
  return null;
}

/** The host of an address: a name, or an IP address without brackets. */
export function hostOf(url: URL): string {
  // the parser has written numbers in every form as a.b.c.d
  return url.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
}
/** Why it may not be reached. */
export function notPublic(host: string): string {
  return `${host} is not on the public internet; --allow-outgoing can allow it`;
}
