import { readSync, writeSync } from "node:fs";

/**
 * Tape archives in the form "ustar" (POSIX.1-1988), as `tar` reads them; sizes from 8 GiB on in GNU's binary form, which
 * all common programs read. Only plain files.
 */
const BLOCK = 512;
const SIZE_AT = 124;
const SUM_AT = 148;
/** Octal digits of a size. */
const SIZE_DIGITS = 11;

interface TarEntry {
  readonly name: string;
  readonly size: number;
  /** Unix time in seconds. */
  readonly mtime: number;
}

/** The block before an entry's bytes. @throws RangeError when the name does not fit */
export function tarHeader({ name, size, mtime }: TarEntry): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  if (Buffer.byteLength(name) > 100) throw new RangeError(`the name ${name} is too long for an archive`);
  block.write(name, 0);
  block.write("0000600\0", 100);
  block.write("0000000\0", 108); // user and group: whoever unpacks it
  block.write("0000000\0", 116);
  if (size < 8 ** SIZE_DIGITS) block.write(`${size.toString(8).padStart(SIZE_DIGITS, "0")}\0`, SIZE_AT);
  else {
    block[SIZE_AT] = 0x80;
    block.writeBigUInt64BE(BigInt(size), SIZE_AT + 4);
  }
  block.write(`${Math.floor(mtime).toString(8).padStart(SIZE_DIGITS, "0")}\0`, 136);
  block.write("0", 156);
  block.write("ustar\x0000", 257, "latin1");
  block.write(`${sumOf(block).toString(8).padStart(6, "0")}\0 `, SUM_AT);
  return block;
}

/** The sum of a header's bytes, with its own place counted as blanks. */
function sumOf(block: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= SUM_AT && i < SUM_AT + 8 ? 0x20 : (block[i] ?? 0);
  return sum;
}

/** Zeros after an entry of that size. */
export function tarPadding(size: number): Uint8Array {
  return new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);
}
/** The end of an archive. */
export const TAR_END = new Uint8Array(2 * BLOCK);

/** The entry whose header stands at `at`; null at the archive's end. @throws RangeError when it is no header */
export function readTarHeader(fd: number, at: number): TarEntry | null {
  const block = Buffer.alloc(BLOCK);
  if (readFully(fd, block, at) < BLOCK) throw new RangeError("the archive ends too early");
  if (block.every((byte) => byte === 0)) return null;
  const sum = octal(block, SUM_AT, 8);
  if (sum !== sumOf(block) || block.toString("latin1", 257, 262) !== "ustar")
    throw new RangeError("there is no archive entry where one should be");
  if (block[156] !== 0x30 && block[156] !== 0) throw new RangeError("the archive holds something that is not a file");
  const end = block.indexOf(0);
  const name = block.toString("utf8", 0, end < 0 || end > 100 ? 100 : end);
  const size = block[SIZE_AT] === 0x80 ? Number(block.readBigUInt64BE(SIZE_AT + 4)) : octal(block, SIZE_AT, 12);
  if (!Number.isSafeInteger(size)) throw new RangeError("an archive entry of an impossible size");
  return { name, size, mtime: octal(block, 136, 12) };
}

function octal(block: Buffer, at: number, length: number): number {
  const text = block.toString("latin1", at, at + length).replace(/[\0 ]+$/, "");
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number.NaN;
}

/** Where the next header stands, after an entry whose bytes begin at `at`. */
export function afterEntry(at: number, size: number): number {
  return at + size + tarPadding(size).length;
}
/** Where an entry's bytes begin. */
export function entryBytes(headerAt: number): number {
  return headerAt + BLOCK;
}

/** Reads until the buffer is full or the file ends. Returns how many bytes there were. */
export function readFully(fd: number, into: Uint8Array, at: number): number {
  let n = 0;
  while (n < into.length) {
    const got = readSync(fd, into, n, into.length - n, at + n);
    if (got === 0) break;
    n += got;
  }
  return n;
}
/** Writes all of it. @throws errors of fs, as on a full disk */
export function writeFully(fd: number, bytes: Uint8Array): void {
  for (let n = 0; n < bytes.length; ) n += writeSync(fd, bytes, n, bytes.length - n);
}
