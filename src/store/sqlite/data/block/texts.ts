import { type ByteReader, decodeText, encodeText } from "./bytes.ts";
import { IntReader } from "./ints.ts";
import { readBytes, type Sink, writeBytes } from "./numbers.ts";

/**
 * A column of texts: each different one once, compressed together, and which of them each row has.
 *
 *   varint different | their lengths in bytes, integers | rows, integers | u8 1 when compressed | varint bytes | UTF-8
 */
export function writeTexts(sink: Sink, texts: readonly string[]): void {
  const places = new Map<string, number>();
  const rows = new Float64Array(texts.length);
  for (const [i, text] of texts.entries()) {
    const place = places.get(text) ?? places.size;
    if (place === places.size) places.set(text, place);
    rows[i] = place;
  }
  const parts = Array.from(places.keys(), encodeText);
  sink.head.varint(parts.length);
  sink.ints.write(
    sink.head,
    sink.words,
    Float64Array.from(parts, (p) => p.length),
    parts.length,
  );
  sink.ints.write(sink.head, sink.words, rows, rows.length);
  writeBytes(sink.head, Buffer.concat(parts));
}

/** Reads a column of n texts whose words begin at `word`. @throws RangeError when it makes no sense */
export function readTexts(head: ByteReader, words: Uint32Array, word: number, n: number): string[] {
  const different = head.varint();
  if (different > n) throw new RangeError("a block with too many texts");
  const lengths = new IntReader(head, words, word, different);
  const rows = new IntReader(head, words, lengths.end, n);
  const bytes = readBytes(head);
  let at = 0;
  const texts = Array.from(lengths.all(), (length) => {
    at += length;
    return decodeText(bytes.subarray(at - length, at));
  });
  return Array.from(rows.all(), (row) => texts[row] ?? "");
}
