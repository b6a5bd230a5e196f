import { extname } from "node:path";
import { EXPORT_FORMATS, type ExportFormat, type ExportStore, encoderOf, partsOfAll } from "../../history/export.ts";
import type { Range } from "../../history/types.ts";
import { parseZone } from "../../measure/zone.ts";
import { parseRange } from "../../http/history/range.ts";
import { type Access, withAccess } from "../access.ts";
import { UsageError } from "../failure.ts";
import { serverSettings } from "../folder.ts";
import { Progress } from "../progress.ts";
import { plural, visible } from "../text.ts";
import type { Io } from "../types.ts";
import { ofJson, type SeriesPage } from "../../admin/measurements.ts";
import { openTarget, type Target } from "./target.ts";
import { END_OF_TIME } from "../../store/ports.ts";

type Flags = Readonly<Record<string, unknown>>;

/** `export --product P …`: writes every measurement asked for to a file or to the output. */
export async function exportAll(io: Io, _args: readonly string[], flags: Flags): Promise<number> {
  const settings = serverSettings(io, flags);
  const out = typeof flags.out === "string" ? flags.out : "-";
  const format = formatOf(flags.format, out);
  const now = Date.now() * 1000;
  const range = parseRange(
    textOf(flags.from) ?? "1970-01-01",
    textOf(flags.to),
    // also what a clock that was ahead has stamped
    END_OF_TIME,
    ["--from", "--to"],
    parseZone(textOf(flags.zone)),
  );
  const wish = {
    products: listOf(flags.product),
    devices: listOf(flags.device),
    fields: listOf(flags.field),
    limit: PAGE,
  };
  return withAccess(settings, {}, async (access) => {
    // What is asked for must exist before anything is written.
    const first = await access.call("exportSeries", wish);
    const target = openTarget(io, out);
    const stopped = { by: "" };
    const quiet = io.onSignal((signal) => {
      stopped.by = signal;
    });
    try {
      const writing = new Writing(io, access, target, range, now, stopped, flags.escapeFormulas === true);
      await writing.run(first, wish, format);
      if (stopped.by !== "") return await abandon(io, target);
      await target.finish();
      const size = plural(target.bytes, "byte");
      const to = target.name === null ? "" : ` to ${visible(target.name)}`;
      io.err(`Exported ${plural(writing.measurements, "measurement")} of ${writing.series} series${to} (${size}).\n`);
      return 0;
    } catch (error) {
      target.abandon();
      throw error;
    } finally {
      quiet();
    }
  });
}

async function abandon(io: Io, target: Target): Promise<number> {
  target.abandon();
  io.err("fieldcast: the export was stopped; there is no file\n");
  return 130;
}

/** Measurements of one question: the server makes JSON of them in one turn. */
const READ = 5000;
/** Devices of one page: for each the server looks through all that there are. */
const PAGE = 5000;
/** Bytes that are written together: most series of a large fleet have few measurements. */
const CHUNK = 64 * 1024;

/** One export under way. */
class Writing {
  measurements = 0;
  series = 0;
  private waiting: Uint8Array[] = [];
  private size = 0;
  private readonly progress: Progress;

  constructor(
    io: Io,
    private readonly access: Access,
    private readonly target: Target,
    private readonly range: Range,
    private readonly now: number,
    private readonly stopped: { readonly by: string },
    private readonly escapeFormulas: boolean,
  ) {
    this.progress = new Progress(io);
  }

  async run(first: SeriesPage, wish: object, format: ExportFormat): Promise<void> {
    const encoder = await encoderOf(format, { escapeFormulas: this.escapeFormulas });
    await this.target.write(encoder.begin());
    const store: ExportStore = {
      columns: async (series, from, to, limit) =>
        ofJson(await this.access.call("exportColumns", { series, from, to, limit })),
      columnsOfMany: async ({ series, ...range }) => {
        const { columns, more } = await this.access.call("exportMany", { series: [...series], ...range });
        return { columns: columns.map(ofJson), more };
      },
    };
    for (let page: SeriesPage | null = first; page !== null; ) {
      const named = page.series.map((one, place) => ({ ...one, place }));
      const devices = new Set(named.map(({ uid }) => uid)).size;
      let [begin, at] = [0, -1];
      for await (const part of partsOfAll(store, named, this.range, { read: READ })) {
        if (this.stopped.by !== "") return;
        await this.write(encoder.part(part));
        this.measurements += part.times.length;
        const last = part.times.at(-1) ?? this.now;
        if (part.place !== at) [begin, at] = [part.times[0] ?? 0, part.place];
        const end = Math.min(this.range.to, this.now);
        const within = end > begin ? Math.min((last - begin) / (end - begin), 1) : 1;
        const done = page.before + ((at + within) / named.length) * devices;
        this.progress.update(done / page.devices, () => {
          const what = visible(`${part.product}/${part.device}/${part.field}`);
          return `${plural(this.measurements, "measurement")}  ${what}`;
        });
      }
      this.series += named.length;
      page = page.next === null ? null : await this.access.call("exportSeries", { ...wish, after: page.next });
    }
    await this.write(encoder.end(), true);
    this.progress.clear();
  }

  /** @param all whether nothing more comes */
  private async write(bytes: Uint8Array, all = false): Promise<void> {
    this.waiting.push(bytes);
    this.size += bytes.length;
    if (this.size < CHUNK && !all) return;
    const together = Buffer.concat(this.waiting, this.size);
    [this.waiting, this.size] = [[], 0];
    await this.target.write(together);
  }
}

/** The format named; otherwise the file's ending tells. @throws UsageError */
function formatOf(given: unknown, out: string): ExportFormat {
  const ending = extname(out).slice(1).toLowerCase();
  const text = given === undefined ? ending || "csv" : String(given);
  const format = EXPORT_FORMATS.find((one) => one === text);
  if (format) return format;
  const what =
    given === undefined ? `--out ${out}: the ending does not tell a format; add --format, which` : "--format:";
  throw new UsageError(`${what} must be one of ${EXPORT_FORMATS.join(", ")}`);
}

function textOf(flag: unknown): string | undefined {
  return typeof flag === "string" ? flag : undefined;
}
function listOf(flag: unknown): string[] {
  return Array.isArray(flag) ? flag.map(String) : [];
}
