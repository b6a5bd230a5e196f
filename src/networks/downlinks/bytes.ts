/** Bytes as people write them. */

/** Most characters that are looked at. */
const MOST = 4096;

/**
 * Hexadecimal digits (`01ff`, `0x01 0xFF`, `01:ff`, in any case), otherwise base64 with or without padding. Null: it is neither, or empty.
 */
export function bytesIn(text: string): Uint8Array | null {
  return hexIn(text) ?? base64In(text);
}

/** Hexadecimal digits in pairs, with or without `0x` and separators. Null: they are none, or there are none. */
export function hexIn(text: string): Uint8Array | null {
  const digits = text.length > MOST ? "" : text.replace(/0x/gi, "").replace(/[\s:,-]/g, "");
  if (!/^(?:[0-9a-f]{2})+$/i.test(digits)) return null;
  return new Uint8Array(Buffer.from(digits, "hex"));
}

/** Base64 or base64url, with or without padding. Null: it is none, or it is empty. */
export function base64In(text: string): Uint8Array | null {
  const plain = text.trim();
  if (plain.length > MOST || !/^[A-Za-z0-9+/_-]{2,}={0,2}$/.test(plain)) return null;
  const bytes = new Uint8Array(Buffer.from(plain, "base64"));
  // what is left over of the last sign would get lost
  const again = Buffer.from(bytes).toString("base64url");
  return again === plain.replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_") ? bytes : null;
}
