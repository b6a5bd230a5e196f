/**
 * Writes the few forms of DER (X.690) that a certificate consists of, and finds one's way in it. Reading certificates is
 * the platform's business; it cannot write them, and the libraries that can cost more than the rest of a first start.
 */

export type Der = Uint8Array<ArrayBuffer>;

/** One element: its tag, its length, and its contents one behind the other. @throws RangeError above 65535 bytes */
export function element(tag: number, ...contents: readonly Uint8Array[]): Der {
  const length = contents.reduce((sum, content) => sum + content.length, 0);
  if (length > 0xffff) throw new RangeError("DER: an element of more than 65535 bytes");
  const head =
    length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  return join([Uint8Array.from(head), ...contents]);
}

export const sequence = (...items: readonly Uint8Array[]): Der => element(0x30, ...items);
export const set = (...items: readonly Uint8Array[]): Der => element(0x31, ...items);
export const octets = (content: Uint8Array): Der => element(0x04, content);
export const utf8 = (text: string): Der => element(0x0c, new TextEncoder().encode(text));
export const TRUE: Der = Uint8Array.of(0x01, 0x01, 0xff);

/** A context-specific element: constructed where it wraps elements, primitive where it replaces a tag. */
export const wrapped = (number: number, ...items: readonly Uint8Array[]): Der => element(0xa0 | number, ...items);
export const tagged = (number: number, content: Uint8Array): Der => element(0x80 | number, content);

/** A number that is not negative, from its bytes, the most significant first: as short as can be, and not negative. */
export function integer(bytes: Uint8Array): Der {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const short = bytes.subarray(start);
  return element(0x02, ...((short[0] ?? 0) & 0x80 ? [Uint8Array.of(0)] : []), short);
}

/** Whole bytes, or a few flags of which `unused` low bits of the last byte mean nothing. */
export function bits(content: Uint8Array, unused = 0): Der {
  return element(0x03, Uint8Array.of(unused), content);
}

/** An object identifier, from its dotted form: `1.2.840.10045.4.3.2`. */
export function identifier(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return element(0x06, Uint8Array.from(bytes));
}

/** A moment in whole seconds; years up to 2049 have two digits, others four (RFC 5280, 4.1.2.5). */
export function time(moment: Date): Der {
  const digits = moment.toISOString().replace(/\.\d+Z$|[-:T]/g, "");
  const short = moment.getUTCFullYear() >= 1950 && moment.getUTCFullYear() < 2050;
  return element(short ? 0x17 : 0x18, new TextEncoder().encode(`${short ? digits.slice(2) : digits}Z`));
}

/**
 * The elements inside an element of DER that the platform has parsed before, each whole.
 * @throws RangeError when a length points outside
 */
export function inside(der: Uint8Array): readonly Uint8Array[] {
  const outer = header(der, 0);
  const items: Uint8Array[] = [];
  for (let at = outer.start; at < outer.end; ) {
    const { end } = header(der, at);
    items.push(der.subarray(at, end));
    at = end;
  }
  return items;
}

function header(der: Uint8Array, at: number): { start: number; end: number } {
  const first = der[at + 1] ?? Number.NaN;
  const extra = first < 0x80 ? 0 : first & 0x7f;
  let length = extra === 0 ? first : 0;
  for (let i = 0; i < extra; i++) length = length * 256 + (der[at + 2 + i] ?? Number.NaN);
  const start = at + 2 + extra;
  if (!(start + length <= der.length)) throw new RangeError("DER: a length points outside");
  return { start, end: start + length };
}

function join(parts: readonly Uint8Array[]): Der {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
