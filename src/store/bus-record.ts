import type { Seq, TailRecord } from "./ports.ts";
import { rowsOf } from "./record.ts";

/** A record of the log on its way from the node that committed it to the others. */
export interface BusRecord extends TailRecord {
  /** Of the node that committed it. */
  readonly epoch: number;
  /** Of the database's server that took it: whoever follows another one does not believe it. */
  readonly timeline: number;
  /** As the log has it: what ties the record to its number. */
  readonly mark: number;
}

/**
 * A message: header, authentication, and the record; without that it says only that there is one.
 *
 *   header  "FCB1" | f64 number of the first row | u32 rows, node, epoch, timeline, mark   (little endian)
 *   mac     the first 16 bytes of HMAC-SHA256 over header and record, with the key that the store has
 *
 * So what comes from elsewhere, or from another instance on the same bus, is no record, and a damaged one is none either.
 */
const MAGIC = 0x31424346;
const HEADER_BYTES = 32;
const MAC_BYTES = 16;
const START = HEADER_BYTES + MAC_BYTES;

/** @param most bytes of a message: a larger record is left out @param key secret of the store */
export function busMessage(record: BusRecord, key: Uint8Array, most: number): Uint8Array {
  const { body } = record;
  const carried = body !== null && START + body.length <= most ? body : null;
  const message = new Uint8Array(START + (carried?.length ?? 0));
  const view = new DataView(message.buffer);
  view.setUint32(0, MAGIC, true);
  view.setFloat64(4, record.firstSeq, true);
  for (const [i, n] of [record.count, record.node, record.epoch, record.timeline, record.mark].entries())
    view.setUint32(12 + 4 * i, n, true);
  if (carried !== null) message.set(carried, START);
  message.set(macOf(message, key), HEADER_BYTES);
  return message;
}

/** @returns the record, with bytes of its own; null: it is none of this store's, or it is damaged */
export function busRecord(message: Uint8Array, key: Uint8Array): BusRecord | null {
  if (message.length < START) return null;
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  if (view.getUint32(0, true) !== MAGIC) return null;
  const said = message.subarray(HEADER_BYTES, START);
  if (!crypto.timingSafeEqual(said, macOf(message, key))) return null;
  const firstSeq: Seq = view.getFloat64(4, true);
  const [count, node, epoch, timeline, mark] = [12, 16, 20, 24, 28].map((at) => view.getUint32(at, true)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const body = message.length > START ? message.slice(START) : null;
  if (body !== null && (body.length < 8 || rowsOf(body) !== count)) return null;
  return { firstSeq, count, node, epoch, timeline, mark, body };
}

function macOf(message: Uint8Array, key: Uint8Array): Uint8Array {
  const hasher = new Bun.CryptoHasher("sha256", key);
  hasher.update(message.subarray(0, HEADER_BYTES));
  hasher.update(message.subarray(START));
  return hasher.digest().subarray(0, MAC_BYTES);
}
