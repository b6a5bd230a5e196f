import { Unreadable } from "./values.ts";

/** No frame of LoRaWAN carries as much; more is something else. */
const MOST_BYTES = 1024;

/**
 * A DevEUI in any spelling: hexadecimal in either case, with `-`, `:`, `.` or spaces, with `0x`; or the base64 of its eight bytes.
 * @returns 16 hexadecimal digits in lower case; null: it is none
 */
export function devEuiOf(value: unknown): string | null {
  if (typeof value !== "string" || value.length > 40) return null;
  const hex = value
    .trim()
    .replace(/^0x/i, "")
    .replace(/[-:.\s]/g, "");
  if (/^[0-9a-fA-F]{16}$/.test(hex)) return hex.toLowerCase();
  if (!/^[A-Za-z0-9+/_-]{11}=$/.test(value.trim())) return null;
  const bytes = Buffer.from(value.trim(), "base64");
  return bytes.length === 8 ? bytes.toString("hex") : null;
}

/**
 * A payload in hexadecimal.
 * @returns null: there is none @throws Unreadable it is something else
 */
export function hexBytes(value: unknown, key: string): Uint8Array | null {
  if (value === undefined || value === null) return null;
  const text = typeof value === "string" ? value.replace(/^0x/i, "").replace(/[-:\s]/g, "") : null;
  if (text === null || text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text))
    throw new Unreadable(`${key} is not hexadecimal: the payload cannot be read.`);
  return checked(new Uint8Array(Buffer.from(text, "hex")), key);
}

/**
 * A payload in base64, with or without its padding, in either alphabet.
 * @returns null: there is none @throws Unreadable it is something else
 */
export function base64Bytes(value: unknown, key: string): Uint8Array | null {
  if (value === undefined || value === null) return null;
  const text = typeof value === "string" ? value.replace(/\s/g, "") : null;
  if (text === null || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(text) || text.replace(/=+$/, "").length % 4 === 1)
    throw new Unreadable(`${key} is not base64: the payload cannot be read.`);
  return checked(new Uint8Array(Buffer.from(text, "base64")), key);
}

/** Bytes as hexadecimal digits in lower case. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

function checked(bytes: Uint8Array, key: string): Uint8Array {
  if (bytes.length <= MOST_BYTES) return bytes;
  throw new Unreadable(`${key} holds ${bytes.length} bytes; a frame of LoRaWAN has 242 at most.`);
}

/** Sixteen hexadecimal digits that tell texts apart (FNV-1a, twice); it withstands chance, and nobody who tries. */
export function hashOf(text: string): string {
  let [a, b] = [0x811c9dc5, 0x01000193];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193) >>> 0;
    b = Math.imul(b ^ code, 0x85ebca6b) >>> 0;
  }
  return a.toString(16).padStart(8, "0") + b.toString(16).padStart(8, "0");
}
