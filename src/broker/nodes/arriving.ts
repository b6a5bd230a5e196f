import type { LogStore, Seq, SessionStore } from "../../store/ports.ts";
import type { BrokerContext } from "../context.ts";
import { Load } from "./load.ts";
import { patiently } from "./patiently.ts";

/** Sessions that are brought here together: the log is replayed once for them. Of these so many are read, and are here, at once. */
const AT_ONCE = 20_000;
const PIECE = 500;
/** Rows of the log that are replayed while nothing has its turn; more are replayed before. */
const NEAR = 20_000;
/** µs of replaying in one turn of the event loop. */
const SLICE_MICROS = 5000;

interface ArrivingNeeds {
  readonly store: Pick<SessionStore, "sessionsOf"> & Pick<LogStore, "replay">;
  /** A stored row is this node's. */
  readonly register: (id: number, key: string) => void;
  /** It is here, or it has ended. */
  readonly arrived: (id: number, isHere: boolean) => void;
  /** What is stored cannot be understood: the node must end. */
  readonly failed: (why: Error) => void;
}

/**
 * Sessions that became this node's: row, subscriptions, checkpoint and chunks are read, the log behind the checkpoint is replayed, and from
 * a row on, before which nothing is lacking, they are here as any other. Up to that row they hear nothing that is published; then nothing has its turn
 * for as long as the last of the log takes, so that no row is missed and none comes twice.
 */
export class Arriving {
  private line: number[] = [];
  /** Those in the line, or on their way, and whether they are over. */
  private readonly coming = new Map<number, boolean>();
  private isRunning = false;
  private readonly idling: (() => void)[] = [];

  constructor(
    private readonly context: BrokerContext,
    private readonly needs: ArrivingNeeds,
  ) {}

  has(id: number): boolean {
    return this.coming.has(id);
  }
  /** @param isOver all that is left to do is to end it @param first somebody waits for it */
  add(id: number, isOver: boolean, first: boolean): void {
    if (this.coming.has(id)) return;
    this.coming.set(id, isOver);
    if (first) this.line.unshift(id);
    else this.line.push(id);
    if (this.isRunning) return;
    this.isRunning = true;
    // those that come with the same row come together
    this.context.later(() => void this.run(), 0);
  }
  /** The client has another session: all that is left to do with one that comes is to end it. */
  supersede(id: number): void {
    if (this.coming.has(id)) this.coming.set(id, true);
  }
  private async run(): Promise<void> {
    const { clock, metrics } = this.context;
    const begun = clock.steady();
    try {
      while (this.line.length > 0) await this.bring(this.line.splice(0, AT_ONCE));
    } catch (error) {
      this.needs.failed(error as Error); // whatever it is
    }
    metrics.arrivalSeconds.observe((clock.steady() - begun) / 1e6);
    this.isRunning = false;
    for (const resolve of this.idling.splice(0)) resolve();
  }
  /** Resolves when nothing is on its way here any more. */
  idle(): Promise<void> {
    if (!this.isRunning) return Promise.resolve();
    return new Promise((resolve) => this.idling.push(resolve));
  }

  private async bring(ids: readonly number[]): Promise<void> {
    const { context, needs } = this;
    const { store } = needs;
    const load = new Load(context, needs.register);
    for (let at = 0; at < ids.length; at += PIECE)
      load.add(await patiently(this.after, () => store.sessionsOf(ids.slice(at, at + PIECE))));
    load.begin();
    const { turns } = context.ingest.commits;
    if (turns === null) throw new RangeError("the log is not followed");
    while (!load.isDone) {
      while (turns.applied - load.replayed > NEAR) await this.replay(load, turns.applied);
      const release = turns.pause();
      try {
        await this.replay(load, turns.applied);
        this.join(load);
      } finally {
        release();
      }
      await this.after(0);
    }
    // of what is not stored any more there is nothing to bring
    for (const id of ids) this.coming.delete(id);
  }
  private join(load: Load): void {
    const isOver = (id: number): boolean => this.coming.get(id) === true;
    for (const [id, isHere] of load.join(PIECE, isOver, this.context.clock.steady())) {
      this.coming.delete(id);
      this.needs.arrived(id, isHere);
    }
  }
  private replay(load: Load, upTo: Seq): Promise<void> {
    if (upTo <= load.replayed) return Promise.resolve();
    return patiently(this.after, async () => {
      let begun = this.context.clock.steady();
      for await (const record of this.needs.store.replay(load.replayed)) {
        if (record.firstSeq > upTo) break;
        load.record(record, upTo);
        if (this.context.clock.steady() - begun < SLICE_MICROS) continue;
        await this.after(0);
        begun = this.context.clock.steady();
      }
      load.replayed = Math.max(load.replayed, upTo);
    });
  }
  private readonly after = (ms: number): Promise<void> => new Promise((resolve) => this.context.later(resolve, ms));
}
