import { isIPv4, isIPv6 } from "node:net";
import { plainAddress, printAddress } from "../base/address.ts";

/**
 * The PROXY protocol, versions 1 and 2 (https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt): a load balancer's
 * first bytes on a connection say where the client really is.
 */

/** A header that has come whole. `source`: the client's address; null: the proxy speaks for itself, or does not know. */
interface ProxyHeader {
  readonly length: number;
  readonly source: string | null;
}

/** The longest line of version 1, with its line end (section 2.1). */
const MOST_LINE = 107;
/** The fixed part of version 2, and how much may follow it: addresses and TLVs, which are passed over. */
const FIXED = 16;
const MOST_REST = 4096;
/** The longest header that is read, in bytes. */
export const MOST_HEADER = FIXED + MOST_REST;

const SIGNATURE = Uint8Array.of(0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a);
const WORD = new TextEncoder().encode("PROXY ");

/** The first bytes are no PROXY header; the message says why. */
export class ProxyError extends Error {
  override readonly name = "ProxyError";
}

/**
 * Reads the header at the beginning of `bytes`; undefined: more must come.
 * @throws ProxyError as soon as it cannot become a header any more
 */
export function readProxyHeader(bytes: Uint8Array): ProxyHeader | undefined {
  if (bytes.length === 0) return undefined;
  if (begins(bytes, SIGNATURE)) return readBinary(bytes);
  if (begins(bytes, WORD)) return readLine(bytes);
  throw new ProxyError("it begins with no PROXY header");
}

/** Whether what there is agrees with the expected beginning. */
function begins(bytes: Uint8Array, expected: Uint8Array): boolean {
  for (let i = 0; i < expected.length && i < bytes.length; i++) if (bytes[i] !== expected[i]) return false;
  return true;
}

/** Version 1: `PROXY TCP4 source destination port port`, or `PROXY UNKNOWN` and anything. */
function readLine(bytes: Uint8Array): ProxyHeader | undefined {
  const end = bytes.subarray(0, MOST_LINE).indexOf(0x0a);
  if (end < 0) {
    if (bytes.length >= MOST_LINE) throw new ProxyError(`the PROXY line is longer than ${MOST_LINE} bytes`);
    return undefined;
  }
  if (bytes[end - 1] !== 0x0d) throw new ProxyError("the PROXY line does not end with CR LF");
  const words = new TextDecoder("latin1").decode(bytes.subarray(0, end - 1)).split(" ");
  const length = end + 1;
  if (words[1] === "UNKNOWN") return { length, source: null };
  const [, family, source = "", destination = "", from = "", to = ""] = words;
  const known = family === "TCP4" ? isIPv4 : family === "TCP6" ? isPlainIPv6 : undefined;
  if (known === undefined) throw new ProxyError("the PROXY line has a family other than TCP4, TCP6 or UNKNOWN");
  if (words.length !== 6 || !known(source) || !known(destination) || !isPort(from) || !isPort(to))
    throw new ProxyError("the PROXY line is malformed");
  return { length, source: plainAddress(source) };
}
function isPlainIPv6(text: string): boolean {
  return isIPv6(text) && !text.includes("%");
}
function isPort(text: string): boolean {
  return /^(?:0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;
}

/** Version 2: signature, version and command, family, length, addresses, TLVs. */
function readBinary(bytes: Uint8Array): ProxyHeader | undefined {
  if (bytes.length < FIXED) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const command = view.getUint8(12);
  const family = view.getUint8(13);
  const rest = view.getUint16(14);
  if (command !== 0x20 && command !== 0x21) throw new ProxyError("the PROXY header has an unknown version or command");
  if (rest > MOST_REST) throw new ProxyError(`the PROXY header is longer than ${MOST_HEADER} bytes`);
  const local = command === 0x20; // a health check of the proxy itself
  const size = local ? 0 : ADDRESSES.get(family);
  if (size === undefined) throw new ProxyError("the PROXY header has a family that is not TCP over IPv4 or IPv6");
  if (rest < size) throw new ProxyError("the PROXY header is too short for its addresses");
  const length = FIXED + rest;
  if (bytes.length < length) return undefined;
  if (size === 0 || family === UNIX) return { length, source: null };
  return { length, source: printAddress(bytes.subarray(FIXED, FIXED + (family === TCP4 ? 4 : 16))) };
}
const TCP4 = 0x11;
const TCP6 = 0x21;
const UNIX = 0x31;
const UNSPECIFIED = 0x00;
/** Bytes of the two addresses and ports, by family. */
const ADDRESSES: ReadonlyMap<number, number> = new Map([
  [UNSPECIFIED, 0],
  [TCP4, 12],
  [TCP6, 36],
  [UNIX, 216],
]);
