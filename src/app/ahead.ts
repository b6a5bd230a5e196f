import { errorText } from "../base/errors.ts";
import type { Clock, Log, Micros } from "../base/types.ts";
import type { SeriesTable } from "../ingest/series.ts";
import type { SeriesStore } from "../store/ports.ts";

/** Stamps are read for so long, µs, and so many at a time; more are asked for when the clock comes near their end. */
const SPAN: Micros = 600_000_000;
const AT_ONCE = 10_000;
/** Series whose newest points are read at once; what becomes current while their stamps are read holds against them (`restore`). */
const MANY = 100;

/** Reads of series that lie ahead of the clock what is current in truth, and which stamps new ones must not meet. */
export class AheadReader {
  private work: Promise<void> = Promise.resolve();
  private over = false;

  /** @param durable resolves when what was accepted so far is in the store */
  constructor(
    private readonly series: SeriesTable,
    private readonly store: Pick<SeriesStore, "newest" | "columns">,
    private readonly durable: () => Promise<void>,
    private readonly clock: Clock,
    private readonly log: Pick<Log, "warn">,
  ) {
    series.ahead.more = (id, from) => this.look([id], from);
  }

  /** In the background, one after the other. @param from µs: the stamps from here on */
  look(ids: readonly number[], from = this.clock.micros()): void {
    this.work = this.work.then(() => this.readAll(ids, from)).catch((error: unknown) => this.failed(error));
  }
  /** Resolves when everything that was asked for is done. */
  idle(): Promise<void> {
    return this.work;
  }
  end(): void {
    this.over = true;
  }

  private async readAll(ids: readonly number[], from: Micros): Promise<void> {
    await this.durable();
    for (let low = 0; low < ids.length; low += MANY) {
      const some = ids.slice(low, low + MANY);
      const points = await this.store.newest(Uint32Array.from(some), from);
      for (const [i, id] of some.entries()) {
        if (this.over) return;
        const { times } = await this.store.columns(id, from, from + SPAN, AT_ONCE);
        this.series.restore(
          id,
          points[i] ?? null,
          times,
          times.length < AT_ONCE ? from + SPAN : (times.at(-1) ?? from),
        );
      }
    }
  }
  private failed(error: unknown): void {
    if (!this.over) this.log.warn({ error: errorText(error) }, "series that lie ahead of the clock cannot be read");
  }
}
