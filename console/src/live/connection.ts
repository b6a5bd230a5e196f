import type { LiveMeasurement } from "./store.ts";

/** How the stream of events is doing. */
export type LiveState =
  | { readonly kind: "off" }
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  /** @property since ms of the clock; @property next when it is tried again */
  | { readonly kind: "reconnecting"; readonly since: number; readonly next: number }
  | { readonly kind: "paused" };

/** The part of EventSource that is used. */
export interface EventStream {
  addEventListener(
    name: string,
    hear: (event: { readonly data?: unknown; readonly lastEventId?: string }) => void,
  ): void;
  close(): void;
  /** 2: the server answered, and it was no stream. */
  readonly readyState?: number;
}

export interface LiveConnectionDeps {
  /** Of the stream; absent: of all that the account may read. */
  readonly path?: string;
  readonly open: (address: string) => EventStream;
  /** ms. */
  readonly now: () => number;
  /** @returns takes it back */
  readonly later: (run: () => void, ms: number) => () => void;
  readonly hear: (measurement: LiveMeasurement) => void;
  /** Measurements may be missing: what is shown must be asked for again. */
  readonly gap: () => void;
  readonly changed: (state: LiveState) => void;
}

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30_000;

/**
 * `GET /api/v1/live`, opened again whenever it is lost, behind the last event that was heard: the server then tells what
 * was missed, or says that there is a gap. EventSource alone would give up at the first answer that is no stream, as of a proxy
 * whose server restarts.
 */
export class LiveConnection {
  private stream: EventStream | null = null;
  private last = "";
  private failures = 0;
  private since = 0;
  private stopWaiting: (() => void) | null = null;
  private current: LiveState = { kind: "off" };
  /** What was asked for and never came: a device that is gone, say. It is not asked for again. */
  private refused: string | null = null;
  private isOpen = false;

  /** @param wish parameters of the stream to begin with */
  constructor(
    private readonly deps: LiveConnectionDeps,
    private wish = "",
  ) {}

  get state(): LiveState {
    return this.current;
  }

  /** Begins, or goes on after a pause; nothing when it runs. */
  start(): void {
    if (this.stream !== null || this.stopWaiting !== null) return;
    if (this.current.kind !== "reconnecting") this.become({ kind: "connecting" });
    this.connect();
  }

  /** Follows something else from now on, behind the last event. What is shown of its state stays, unless it fails. */
  aim(wish: string): void {
    if (wish === this.wish) return;
    this.wish = wish;
    if (this.stream === null) return;
    this.stream.close();
    // a stream that begins with what is current has nothing to catch up with: the server need not look for it
    this.connect(!/current=true/.test(wish));
  }

  /** Ends it; `start` goes on behind the last event. */
  pause(): void {
    this.close();
    this.become({ kind: "paused" });
  }

  /** Ends it and forgets where it was. */
  stop(): void {
    this.close();
    this.last = "";
    this.failures = 0;
    this.become({ kind: "off" });
  }

  /** There is no network: a stream that is cut off without a word would look alive for minutes. */
  offline(): void {
    if (this.stream !== null) this.lost();
  }

  /** The network is back: it is tried at once. */
  online(): void {
    if (this.stopWaiting === null) return;
    this.stopWaiting();
    this.stopWaiting = null;
    this.connect();
  }

  private close(): void {
    this.stopWaiting?.();
    this.stopWaiting = null;
    this.stream?.close();
    this.stream = null;
  }

  private become(state: LiveState): void {
    this.current = state;
    this.deps.changed(state);
  }

  /** @param isBehind it goes on behind the last event */
  private connect(isBehind = true): void {
    const { path = "/api/v1/live" } = this.deps;
    const wish = this.wish === this.refused ? "" : this.wish;
    const place = this.last === "" || !isBehind ? "" : `last_event_id=${encodeURIComponent(this.last)}`;
    const query = [wish, place].filter((part) => part !== "").join("&");
    const stream = this.deps.open(`${path}${query === "" ? "" : `?${query}`}`);
    this.stream = stream;
    this.isOpen = false;
    const mine = () => this.stream === stream;
    stream.addEventListener("open", () => {
      if (!mine()) return;
      this.isOpen = true;
      // nothing was heard yet: nobody can say what came since pages asked, unless it begins with what is current, or follows nothing
      if (this.last === "" && (this.failures > 0 || !/current=true|idle=true/.test(wish))) this.deps.gap();
      this.failures = 0;
      this.become({ kind: "live" });
    });
    stream.addEventListener("measurement", ({ data, lastEventId }) => {
      if (!mine()) return;
      if (lastEventId !== undefined && lastEventId !== "") this.last = lastEventId;
      this.deps.hear(JSON.parse(String(data)) as LiveMeasurement); // as docs/live.md says
    });
    stream.addEventListener("gap", ({ lastEventId }) => {
      if (!mine()) return;
      if (lastEventId !== undefined && lastEventId !== "") this.last = lastEventId;
      this.deps.gap();
    });
    for (const over of ["end", "error"])
      stream.addEventListener(over, () => {
        if (mine()) this.lost();
      });
  }

  private lost(): void {
    if (!this.isOpen && this.stream?.readyState === 2) this.refused = this.wish;
    this.close();
    const { now, later } = this.deps;
    if (this.failures++ === 0) this.since = now();
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(10, this.failures - 1));
    this.become({ kind: "reconnecting", since: this.since, next: now() + wait });
    this.stopWaiting = later(() => {
      this.stopWaiting = null;
      this.connect();
    }, wait);
  }
}
