import { Kind, type RecordWriter } from "../store/record.ts";

/** Bytes of a record that is no smaller than a page of SQLite (4 KiB) or PostgreSQL (8 KiB). */
export const PROOF_BYTES = 9000;

/**
 * Fills a record up to PROOF_BYTES. Operations and small records may find room in pages that are there, where a disk has none for
 * another: whether storage is back, a record must tell that needs new room. What it is filled up with says nothing of any session.
 */
export function prove(writer: Pick<RecordWriter, "bytes" | "session">): void {
  while (writer.bytes < PROOF_BYTES) writer.session(Kind.Acked, 0, Number.MAX_SAFE_INTEGER);
}
