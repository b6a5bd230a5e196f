import { IMPORT_ROWS } from "../../admin/measurements.ts";
import type { ImportRow } from "../../history/import.ts";
import type { Recorder } from "../measurements/recorder.ts";
import { Progress } from "../progress.ts";
import { plural, visible } from "../text.ts";
import type { Io } from "../types.ts";
import type { Moved } from "./fleet.ts";
import type { Hosted, HostedDevice } from "./hosted.ts";
import { type Counters, DeviceRows } from "./rows.ts";
import type { MigrationState } from "./state.ts";

export const DAY_MS = 86_400_000;
/** The platform gives raw measurements of so many days at once. */
const PIECE_DAYS = 31;
/** Bad rows that are shown. */
const SHOWN = 20;

/** What is moved of histories; times in ms since 1970. */
export interface HistoryWish {
  readonly since: number;
  readonly until: number;
  readonly counters: Counters;
}

/** The histories of all devices, in pieces; after each it is noted how far a device is. */
export class Histories {
  private shown = 0;
  private readonly progress: Progress;

  constructor(
    private readonly io: Io,
    private readonly hosted: Hosted,
    private readonly recorder: Recorder,
    private readonly state: MigrationState,
    private readonly moved: Moved,
    private readonly wish: HistoryWish,
    private readonly totals: { stored: number; bad: number },
  ) {
    this.progress = new Progress(io);
  }

  async all(): Promise<void> {
    const { devices } = this.moved;
    for (const [i, device] of devices.entries()) {
      this.progress.update(i / devices.length, () => `${device.id}, ${plural(this.totals.stored, "measurement")}`);
      await this.device(device);
    }
    this.progress.clear();
  }

  private async device(device: HostedDevice): Promise<void> {
    const product = this.moved.products.find(({ slug }) => slug === device.product?.slug);
    const fields = (product?.measurementFields ?? []).map((one) => one.fieldName);
    if (!product || fields.length === 0) return;
    const counting = new Map(
      (product.measurementFields ?? []).map((one) => [one.fieldName, one.fieldType === "COUNTER"] as const),
    );
    const before = this.state.of(device.id);
    const rows = new DeviceRows(product.slug, device.id, counting, this.wish.counters, before?.totals);
    let from = before === null ? this.wish.since : Math.max(this.wish.since, Date.parse(before.time));
    while (from < this.wish.until) {
      const to = Math.min(this.wish.until, from + PIECE_DAYS * DAY_MS);
      const found = await this.hosted.history(device.id, fields, isoOf(from), isoOf(to));
      await this.store(rows.of(found));
      this.state.note(device.id, { time: isoOf(to), totals: Object.fromEntries(rows.totals) });
      from = to;
    }
  }

  private async store(rows: Iterable<ImportRow>): Promise<void> {
    let batch: ImportRow[] = [];
    for (const row of rows) {
      if (batch.push(row) < IMPORT_ROWS) continue;
      await this.record(batch);
      batch = [];
    }
    if (batch.length > 0) await this.record(batch);
  }
  private async record(batch: readonly ImportRow[]): Promise<void> {
    const { stored, bad } = await this.recorder.record(batch);
    this.totals.stored += stored;
    this.totals.bad += bad.length;
    for (const { row, code, message } of bad) {
      if (++this.shown > SHOWN) break;
      this.io.err(`${visible((batch[row] ?? []).join(" "))}: ${code}: ${visible(message)}\n`);
    }
  }
}
function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
