import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";

/** The 4 or 16 bytes of an IP address, a zone behind it left out; null: the text is none. */
export function addressBytes(address: string): Uint8Array<ArrayBuffer> | null {
  if (isIPv4(address)) return Uint8Array.from(address.split(".").map(Number));
  if (!isIPv6(address)) return null;
  // the last 32 bits may be written as an IPv4 address
  const plain = address.replace(/%.*$/s, "").replace(/[\d.]+$/, (tail) => {
    if (!tail.includes(".")) return tail;
    const [a = 0, b = 0, c = 0, d = 0] = tail.split(".").map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [before = [], after = []] = plain.split("::").map((half) => half.split(":").filter((group) => group !== ""));
  // "::" stands for as many zeros as are missing of eight groups
  const zeros = plain.includes("::") ? Array<string>(8 - before.length - after.length).fill("0") : [];
  const groups = [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16));
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

/** The eight groups of the 16 bytes of an IPv6 address. */
export function addressGroups(bytes: Uint8Array): readonly number[] {
  return Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
}

/** 4 or 16 bytes as an address in its usual form (RFC 5952), IPv4 in IPv6 form as IPv4. */
export function printAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  if (isMapped(bytes)) return bytes.subarray(12).join(".");
  const groups = addressGroups(bytes);
  const [start, length] = longestZeros(groups);
  const print = (part: readonly number[]) => part.map((group) => group.toString(16)).join(":");
  return length < 2 ? print(groups) : `${print(groups.slice(0, start))}::${print(groups.slice(start + length))}`;
}

/** An address in its usual form; what is none stays as it is. */
export function plainAddress(address: string): string {
  const bytes = addressBytes(address);
  return bytes === null ? address : printAddress(bytes);
}

/**
 * What stands for one sender when connections or failed logins are counted: the address, of IPv6 its /64 network, which
 * is what one customer has at least. IPv4 in IPv6 form is IPv4.
 */
export function senderOf(address: string): string {
  const bytes = addressBytes(address);
  if (bytes === null) return address;
  if (bytes.length === 4 || isMapped(bytes)) return printAddress(bytes);
  const network = addressGroups(bytes).slice(0, 4);
  // this machine and its neighbours on ::/64 are told apart
  if (network.every((group) => group === 0)) return printAddress(bytes);
  return `${network.map((group) => group.toString(16)).join(":")}::/64`;
}

/** Whether an address of the network, as sockets give it, is this machine's own (127.0.0.0/8, ::1, also mapped). */
export function isLoopback(address: string): boolean {
  const bytes = addressBytes(address);
  if (bytes === null) return false;
  if (bytes.length === 16 && !isMapped(bytes)) return printAddress(bytes) === "::1";
  return bytes[bytes.length - 4] === 127;
}

function isMapped(bytes: Uint8Array): boolean {
  return bytes.length === 16 && bytes.subarray(0, 12).every((byte, i) => byte === (i < 10 ? 0 : 0xff));
}

/** Where the longest run of zeros begins, the first of several, and how long it is. */
function longestZeros(groups: readonly number[]): readonly [start: number, length: number] {
  let best: readonly [number, number] = [0, 0];
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === 0) end++;
    if (end - start > best[1]) best = [start, end - start];
    start = end;
  }
  return best;
}

/** A list of networks to which addresses can be compared. @param list addresses, and networks as `10.0.0.0/8`, both versions; none else */
export function blockList(list: readonly string[]): BlockList {
  const known = new BlockList();
  for (const entry of list) {
    const [address = "", bits] = entry.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (bits === undefined) known.addAddress(address, family);
    else known.addSubnet(address, Number(bits), family);
  }
  return known;
}
