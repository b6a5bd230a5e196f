import { ByteReader, ByteWriter } from "./bytes.ts";
import { IntWriter, WordWriter } from "./ints.ts";
import { NumberReader, type Sink, writeNumbers } from "./numbers.ts";

/**
 * Any columns of numbers, all of the same length.
 *
 *   u8 version (1) | u8 columns | u16 0 | u32 words | the words of all columns | varint rows | columns | u32 CRC32 of all before
 */
const VERSION = 1;
const HEADER = 8;

export function encodeTable(columns: readonly Float64Array[]): Uint8Array {
  const sink: Sink = { head: new ByteWriter(), words: new WordWriter(), ints: new IntWriter() };
  sink.head.varint(columns[0]?.length ?? 0);
  for (const column of columns) writeNumbers(sink, column);
  const w = new ByteWriter();
  for (const byte of [VERSION, columns.length, 0, 0]) w.byte(byte);
  const words = sink.words.written();
  w.uint32(words.length);
  w.bytes(new Uint8Array(words.buffer, words.byteOffset, words.byteLength));
  w.bytes(sink.head.written());
  return w.sealed();
}

/**
 * Reads a body of which the seal was checked. @param most only so many of its columns @throws RangeError when it makes no sense
 */
export function decodeTable(body: Uint8Array, most = 255): Float64Array[] {
  const bytes = body.byteOffset % 4 === 0 ? body : body.slice();
  if (bytes[0] !== VERSION) throw new RangeError("a table of an unknown version");
  const count = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(4, true);
  if (HEADER + count * 4 > bytes.length) throw new RangeError("a block that ends too early");
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + HEADER, count);
  const head = new ByteReader(bytes, HEADER + count * 4, bytes.length - 4);
  const rows = head.varint();
  let word = 0;
  return Array.from({ length: Math.min(most, bytes[1] ?? 0) }, () => {
    const reader = new NumberReader(head, words, word, rows);
    word = reader.end;
    return reader.all();
  });
}
