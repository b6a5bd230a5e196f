import type { Committed, Seq } from "../../ports.ts";

/** Where the file stands; tells whether a commit whose answer was lost is in it. */
export interface Position {
  /** The number that the next row gets. */
  readonly nextSeq: Seq;
  /** The newest commit without a log row, as its caller counts them. */
  readonly plain: number;
  /** The newest log record: number of its first row, and its checksum; null: the log is empty. */
  readonly last: { readonly firstSeq: Seq; readonly crc: number } | null;
}

/** What a caller knows before a commit. */
export interface Known {
  /** The number of the next row, as far as it was told. Records of the log from there on were refused, and are to go. */
  readonly nextSeq: Seq;
  /** The number of this commit among those without a log row. */
  readonly plain: number;
}
/** What a commit is known by; `crc` of its record, null: it has none. */
export interface CommitSign extends Known {
  readonly crc: number | null;
}

/** Where a commit lies; null: it is not in the file. `now`: where the file stands. */
export function landed({ nextSeq, plain, crc }: CommitSign, now: Position): Committed | null {
  if (crc === null) return now.plain === plain ? { firstSeq: now.nextSeq } : null;
  const { last } = now;
  return last !== null && last.firstSeq >= nextSeq && last.crc === crc ? { firstSeq: last.firstSeq } : null;
}
