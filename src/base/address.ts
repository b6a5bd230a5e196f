import { BlockList, isIP } from "node:net";

/**
 * What stands for one sender when connections or failed logins are counted: the address, of IPv6 its /64 network, which
 * is what one customer has at least. IPv4 in IPv6 form is IPv4.
 */
export function senderOf(address: string): string {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(":")) return address;
  const [plain = ""] = address.split("%", 1);
  const [head = "", tail] = plain.split("::");
  const first = head === "" ? [] : head.split(":");
  // "::" stands for as many zeros as are missing of eight groups
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const groups = [...first, ...Array.from({ length: zeros }, () => "0"), ...last];
  const network = groups.slice(0, 4).map((group) => group.toLowerCase().replace(/^0+(?=.)/, ""));
  // this machine and its neighbours on ::/64 are told apart
  return network.every((group) => group === "0") ? plain : `${network.join(":")}::/64`;
}

/** Whether an address of the network, as sockets give it, is this machine's own (127.0.0.0/8, ::1, also mapped). */
export function isLoopback(address: string): boolean {
  const plain = address.startsWith("::ffff:") ? address.slice(7) : address;
  return plain.startsWith("127.") || plain === "::1";
}

/** @param list addresses, and networks as `10.0.0.0/8`, both versions; none else */
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
