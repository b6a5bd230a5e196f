import {
  appendFileSync,
  closeSync,
  createReadStream,
  fstatSync,
  openSync,
  readSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { extname } from "node:path";
import { type ErrorCode, Refusal } from "../../base/errors.ts";
import type { ImportRow } from "../../history/import.ts";
import { CommandError, UsageError } from "../failure.ts";
import { serverSettings } from "../folder.ts";
import { Progress } from "../progress.ts";
import { json, plural, visible } from "../text.ts";
import type { Io } from "../types.ts";
import { type Entry, entries } from "../../base/lines.ts";
import { IMPORT_ROWS } from "../../admin/measurements.ts";
import { CsvRows, type ReadRow, readJsonRow } from "./read.ts";
import { parquetEntries } from "./parquet.ts";
import { openRecorder, type Recorder } from "./recorder.ts";
import { ImportState, NOTHING_YET, type Reached } from "./state.ts";

type Flags = Readonly<Record<string, unknown>>;
type Format = "csv" | "ndjson" | "parquet";

/** Characters of one batch. */
const BATCH_CHARACTERS = 1024 * 1024;
/** Bad rows that are shown; `--bad` keeps all. */
const SHOWN = 100;
/** How often it is written down how far the file is imported, ms. */
const NOTE_MS = 1000;

/** What became of the rows of all files. */
interface Totals {
  read: number;
  stored: number;
  bad: number;
}

/** `import FILE…`: records the measurements of exported files with their times; nothing of them is published. */
export async function importAll(io: Io, files: readonly string[], flags: Flags): Promise<number> {
  const { data } = serverSettings(io, flags);
  for (const file of files) checkFormat(formatOf(flags.format, file), file);
  const delimiter = delimiterOf(flags.delimiter);
  if (flags.resume === true && files.includes("-")) throw new UsageError("--resume: the input cannot be gone on with");
  const recorder = await openRecorder(io, data, flags);
  const totals: Totals = { read: 0, stored: 0, bad: 0 };
  const stopped = { by: "" };
  const quiet = io.onSignal((signal) => {
    stopped.by = signal;
  });
  try {
    const bad = new BadRows(io, typeof flags.bad === "string" ? flags.bad : null, flags.resume === true);
    for (const file of files) {
      const format = formatOf(flags.format, file);
      const one = new FileImport(io, recorder, file, format, delimiter, bad, totals, stopped);
      await one.run(flags.resume === true);
      if (stopped.by !== "") break;
    }
    tell(io, totals, bad, flags.json === true);
    if (stopped.by === "") return totals.bad > 0 ? 1 : 0;
    io.err(`fieldcast: the import was stopped; ${goesOn(files)}\n`);
    return 130;
  } catch (error) {
    if (totals.stored > 0) io.err(`fieldcast: the import ended early; ${goesOn(files)}\n`);
    throw error;
  } finally {
    quiet();
    await recorder.close();
  }
}

/** What to do after an early end. */
function goesOn(files: readonly string[]): string {
  const again = files.includes("-") ? "importing the same again is safe" : "--resume goes on where it ended";
  return `what is stored stays, and ${again}`;
}

function tell(io: Io, { read, stored, bad }: Totals, rows: BadRows, asJson: boolean): void {
  if (asJson) io.out(json({ read, stored, bad }));
  else
    io.out(
      `Read ${plural(read, "row")}: ${stored.toLocaleString("en-US")} stored, ${bad.toLocaleString("en-US")} bad.\n`,
    );
  if (rows.hidden > 0) io.err(`${plural(rows.hidden, "more bad row")}; --bad FILE keeps all of them.\n`);
}

/** Where bad rows are told of. */
class BadRows {
  hidden = 0;
  private shown = 0;
  constructor(
    private readonly io: Io,
    private readonly file: string | null,
    append: boolean,
  ) {
    // so that what cannot be written is known before anything is stored
    if (file !== null) {
      if (append) appendFileSync(file, "", { mode: 0o600 });
      else writeFileSync(file, "", { mode: 0o600 });
    }
  }
  add(file: string, entry: Entry, code: ErrorCode, message: string): void {
    const text = Buffer.from(entry.bytes).toString("utf8");
    if (this.file !== null)
      appendFileSync(this.file, `${JSON.stringify({ file, line: entry.line, code, message, text })}\n`);
    if (this.shown >= SHOWN) {
      if (this.file === null) this.hidden++;
      return;
    }
    this.shown++;
    this.io.err(`${visible(file)}:${entry.line}: ${code}: ${visible(message)}\n`);
  }
}

/** What divides the cells of CSV: a comma, or the character named; `tab` is a tab. @throws UsageError */
function delimiterOf(given: unknown): string {
  const text = given === undefined ? "," : String(given) === "tab" ? "\t" : String(given);
  if (/^[\t -~]$/.test(text) && !/["A-Za-z0-9]/.test(text)) return text;
  throw new UsageError(`--delimiter: "${text}" is not allowed; write one character, such as ; or tab`);
}

/** The format named; otherwise the file's ending tells. @throws UsageError */
function formatOf(given: unknown, file: string): Format {
  const text = given === undefined ? extname(file).slice(1).toLowerCase() : String(given);
  if (text === "csv" || text === "ndjson" || text === "parquet") return text;
  if (text === "jsonl" && given === undefined) return "ndjson";
  throw new UsageError(
    given === undefined
      ? `${file}: the ending does not tell the format; add --format csv, ndjson or parquet`
      : `--format: "${text}" is not allowed; it must be csv, ndjson or parquet`,
  );
}

/** Parquet is read from its end, and nothing else begins as it does. @throws UsageError, CommandError */
function checkFormat(format: Format, file: string): void {
  if (file === "-") {
    if (format === "parquet")
      throw new UsageError("Parquet is read from its end: import it from a file, not from the input");
    return;
  }
  if (format !== "parquet" && beginsAsParquet(file))
    throw new CommandError(`${file}: this is a Parquet file, not ${format.toUpperCase()}; say --format parquet`);
}
function beginsAsParquet(file: string): boolean {
  const fd = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(4);
    // what is no file has no beginning to look at
    return fstatSync(fd).isFile() && readSync(fd, bytes, 0, 4, 0) === 4 && bytes.toString("latin1") === "PAR1";
  } finally {
    closeSync(fd);
  }
}

/** One file on its way into the store. */
class FileImport {
  private readonly state: ImportState | null;
  private readonly progress: Progress;
  private reached: Reached = NOTHING_YET;
  private notedAt = Number.NEGATIVE_INFINITY;
  private noted = false;
  private batch: { entry: Entry; row: ImportRow }[] = [];
  private characters = 0;
  /** Bad rows found while reading, since the last batch. */
  private bad = 0;

  constructor(
    private readonly io: Io,
    private readonly recorder: Recorder,
    private readonly file: string,
    private readonly format: Format,
    private readonly delimiter: string,
    private readonly rows: BadRows,
    private readonly totals: Totals,
    private readonly stopped: { readonly by: string },
  ) {
    this.state = file === "-" ? null : new ImportState(file);
    this.progress = new Progress(io);
  }

  /** @throws CommandError, Refusal: what was recorded so far is noted */
  async run(resume: boolean): Promise<void> {
    const { file } = this;
    const size = file === "-" ? 0 : statSync(file).size;
    let reader: ((cells: readonly string[]) => ReadRow) | null = null;
    if (resume && this.state) this.reached = this.state.read();
    this.totals.read += this.reached.stored + this.reached.bad;
    this.totals.stored += this.reached.stored;
    this.totals.bad += this.reached.bad;
    const begin = this.reached;
    if (this.format === "ndjson") reader = ([line = ""]) => readJsonRow(line);
    else if (this.format === "parquet") reader = readCells;
    else if (begin.offset > 0) reader = this.csvReader((await this.header()) ?? []);
    try {
      for await (const entry of this.entries(begin)) {
        if (this.stopped.by !== "") break;
        const cells = begin.offset === 0 && entry.line === 1 ? withoutMark(entry.cells) : entry.cells;
        if (reader === null) reader = this.csvReader(cells ?? []);
        else await this.take(entry, cells, reader, size);
      }
      if (this.stopped.by === "") await this.flush(size);
      // A note is left only where there is something to go on with.
      if (this.stopped.by === "") this.state?.remove();
      else this.note(true);
    } catch (error) {
      this.progress.clear();
      this.note(true);
      throw error;
    }
    this.progress.clear();
  }

  private entries(begin: Reached): AsyncIterable<Entry> {
    if (this.format === "parquet") return parquetEntries(this.file, begin.line - 1);
    return entries(this.chunks(begin.offset), this.format === "csv", begin, this.delimiter);
  }
  private csvReader(header: readonly string[]): (cells: readonly string[]) => ReadRow {
    try {
      const rows = new CsvRows(header, this.delimiter);
      return (cells) => rows.read(cells);
    } catch (error) {
      throw error instanceof Refusal ? new CommandError(`${this.file}: ${error.message}`) : error;
    }
  }
  private async header(): Promise<readonly string[] | null> {
    for await (const { cells } of entries(this.chunks(0), true, NOTHING_YET, this.delimiter)) return withoutMark(cells);
    return null;
  }
  private chunks(start: number): AsyncIterable<Uint8Array> {
    return this.file === "-" ? this.io.stdin() : createReadStream(this.file, { start, highWaterMark: 256 * 1024 });
  }

  private async take(
    entry: Entry,
    cells: readonly string[] | null,
    reader: (cells: readonly string[]) => ReadRow,
    size: number,
  ): Promise<void> {
    if (entry.bytes.length === 0) return; // an empty line is no row
    this.totals.read++;
    const found = cells === null ? { why: entry.why } : reader(cells);
    if ("why" in found) this.refuse(entry, "invalid_request", found.why);
    else {
      this.batch.push({ entry, row: found.row });
      for (const cell of found.row) this.characters += cell.length;
    }
    if (this.batch.length >= IMPORT_ROWS || this.characters >= BATCH_CHARACTERS) await this.flush(size, entry);
  }
  private refuse(entry: Entry, code: ErrorCode, message: string): void {
    this.progress.clear();
    this.rows.add(this.file, entry, code, message);
    this.totals.bad++;
    this.bad++;
  }

  /** Records what was read; only what is stored counts as reached. @param last the last entry that was read */
  private async flush(size: number, last?: Entry): Promise<void> {
    const { batch } = this;
    if (batch.length > 0) {
      const { stored, bad } = await this.recorder.record(batch.map(({ row }) => row));
      for (const { row, code, message } of bad) {
        const entry = batch[row]?.entry;
        if (entry) this.refuse(entry, code, message);
      }
      this.totals.stored += stored;
      this.reached = { ...this.reached, stored: this.reached.stored + stored };
    }
    this.batch = [];
    this.characters = 0;
    if (!last) return;
    const lines = last.bytes.reduce((n, byte) => (byte === 0x0a ? n + 1 : n), 1);
    this.reached = {
      offset: last.end,
      line: last.line + lines,
      stored: this.reached.stored,
      bad: this.reached.bad + this.bad,
    };
    this.bad = 0;
    this.note(false);
    const part = last.part ?? (size > 0 ? last.end / size : 0);
    this.progress.update(part, () => `${plural(this.totals.stored, "row")} stored  ${visible(this.file)}`);
  }

  /** Writes down how far it is. */
  private note(always: boolean): void {
    const now = performance.now();
    if (!this.state || (!always && now - this.notedAt < NOTE_MS)) return;
    if (this.reached.offset === 0) return;
    this.notedAt = now;
    try {
      this.state.write(this.reached);
    } catch (error) {
      if (!this.noted)
        this.io.err(
          `fieldcast: ${visible(this.state.path)} cannot be written, so --resume will not work: ${String(error)}\n`,
        );
      this.noted = true;
    }
  }
}

/** A row whose cells have their order. */
function readCells([time = "", product = "", device = "", field = "", value = ""]: readonly string[]): ReadRow {
  return { row: [time, product, device, field, value] };
}

/** Some programs put a byte order mark before the header. */
function withoutMark(cells: readonly string[] | null): readonly string[] | null {
  return cells?.map((cell, i) => (i === 0 && cell.startsWith("\ufeff") ? cell.slice(1) : cell)) ?? null;
}
