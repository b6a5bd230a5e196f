import { cellsOf, recordEnd } from "./csv.ts";

/** A line of a file, or several when a quoted cell holds line ends. */
export interface Entry {
  /** Number of its first line, from 1. */
  readonly line: number;
  /** Where what follows it begins, bytes from the start of the file. */
  readonly end: number;
  /** As it stands in the file, without the line end. */
  readonly bytes: Uint8Array;
  /** The cells of CSV; null: it is not well-formed, see `why`. */
  readonly cells: readonly string[] | null;
  readonly why: string;
  /** How much of the file is read with it, from 0 to 1; absent: `end` tells. */
  readonly part?: number;
}

/** Longest entry; a value is at most 64 KiB. */
const MOST = 1024 * 1024;
const NEWLINE = 0x0a;

/** Where reading begins: at the start, or behind what was read before. */
interface Place {
  readonly offset: number;
  /** Number of the line that begins there. */
  readonly line: number;
}

/**
 * Divides a file into entries, with little of it in memory at a time. One that is not well-formed (a quote that is not closed, a
 * line without end) costs its first line alone: reading goes on at the next line, so nothing is lost silently.
 * @param chunks the file from `place` on
 * @param csv whether quotes mean something (RFC 4180); otherwise a line is an entry
 * @param delimiter what divides the cells of CSV, one ASCII character
 */
export async function* entries(
  chunks: AsyncIterable<Uint8Array>,
  csv: boolean,
  place: Place,
  delimiter = ",",
): AsyncGenerator<Entry> {
  const divider = new Divider(csv, place, delimiter);
  for await (const chunk of chunks) {
    divider.add(chunk);
    for (let entry = divider.next(false); entry !== null; entry = divider.next(false)) yield entry;
  }
  for (let entry = divider.next(true); entry !== null; entry = divider.next(true)) yield entry;
}

/** The same for who has the bytes in hand: `add` what came, then ask for what is `next` until there is none. */
export class Divider {
  private buffer: Uint8Array = new Uint8Array(0);
  private at = 0;
  private offset: number;
  private line: number;
  /** The rest of a line that was too long is being passed over. */
  private skipping = false;
  private readonly decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

  constructor(
    private readonly csv: boolean,
    place: Place,
    private readonly delimiter: string,
  ) {
    this.offset = place.offset;
    this.line = place.line;
  }

  add(chunk: Uint8Array): void {
    const rest = this.buffer.subarray(this.at);
    this.buffer = rest.length === 0 ? chunk : new Uint8Array(Buffer.concat([rest, chunk]));
    this.at = 0;
  }

  /** The next entry; null: more is needed. @param last nothing more will come */
  next(last: boolean): Entry | null {
    if (this.skipping && !this.skip()) return null;
    const { buffer, at } = this;
    if (at >= buffer.length) return null;
    const end = this.csv ? recordEnd(buffer, at, this.delimiter) : buffer.indexOf(NEWLINE, at);
    if (end >= 0 && end - at <= MOST) return this.take(end, true);
    if (end < 0 && buffer.length - at <= MOST && !last) return null;
    // Without an end: at the end of the file that is one all the same, unless a quote is open.
    if (
      end < 0 &&
      last &&
      buffer.length - at <= MOST &&
      (!this.csv || recordEnd(buffer, at, this.delimiter, true) >= 0)
    )
      return this.take(buffer.length, true);
    const newline = buffer.indexOf(NEWLINE, at);
    if (newline >= 0 && newline - at <= MOST) return this.take(newline, false);
    this.skipping = newline < 0 && !last;
    return this.take(newline < 0 ? buffer.length : newline, false);
  }

  /** Passes over the rest of a line; false: its end did not come yet. */
  private skip(): boolean {
    const newline = this.buffer.indexOf(NEWLINE, this.at);
    const to = newline < 0 ? this.buffer.length : newline + 1;
    this.offset += to - this.at;
    this.at = to;
    if (newline >= 0) this.skipping = false;
    return newline >= 0;
  }

  /** @param end position of the line end, or the end of the file */
  private take(end: number, whole: boolean): Entry {
    const { buffer, at, line } = this;
    const behind = Math.min(end + 1, buffer.length);
    const to = buffer[end] === NEWLINE && end > at && buffer[end - 1] === 0x0d ? end - 1 : end;
    const bytes = buffer.subarray(at, to);
    const text = this.text(bytes);
    let cells: readonly string[] | null = null;
    let why = "A quote is not closed, or the line is too long.";
    if (whole && text === null) why = "The line is not UTF-8 text.";
    else if (whole && text !== null) {
      cells = this.csv ? cellsOf(text, this.delimiter) : [text];
      if (cells === null) why = "Something stands behind a closing quote.";
    }
    if (cells === null && whole) {
      // Perhaps the quote is wrong, and what looks like one record is several lines.
      const newline = buffer.indexOf(NEWLINE, at);
      if (newline >= 0 && newline < end) return this.take(newline, false);
    }
    let lines = this.skipping ? 0 : 1;
    if (whole) for (const byte of bytes) if (byte === NEWLINE) lines++;
    this.line += this.skipping ? 1 : lines;
    this.at = behind;
    this.offset += behind - at;
    return { line, end: this.offset, bytes, cells, why: cells === null ? why : "" };
  }

  private text(bytes: Uint8Array): string | null {
    try {
      return this.decoder.decode(bytes);
    } catch {
      return null;
    }
  }
}
