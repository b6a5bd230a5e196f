import type { Principal } from "../auth/principal.ts";
import type { Metrics } from "../base/metrics.ts";
import type { Clock, Micros } from "../base/types.ts";
import type { Directory } from "../fleet/directory.ts";
import type { InspectorEvent, StoreOp } from "../store/ports.ts";
import { type Batch, ROW_MESSAGE, ROW_PUBLISHED, type Waiter } from "./batch.ts";
import { NOTHING } from "./no-event.ts";
import { excerpt, MOST_TOPIC, type ToldRefusal } from "./refusals.ts";

/** An event as it is reported; time, workspace and count are added here. */
export type SeenEvent = Pick<InspectorEvent, "kind" | "principal"> &
  Partial<Omit<InspectorEvent, "kind" | "principal">>;

/** One who watches events at this moment: an open inspector. */
export interface Watcher {
  /** Whether it wants, and may have, an event. */
  wants(event: InspectorEvent): boolean;
  hear(event: InspectorEvent): void;
}
/** What was accepted, before its commit. */
interface Accepted {
  readonly principal: Principal;
  readonly client: string | null;
  readonly remote: string | null;
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Of the device; 0: a message on a free topic. */
  readonly device: number;
}

/** Events of a (kind, account, code) that are told one by one; then one a second, with how many it stands for. */
const BURST = 50;
const SECOND = 1_000_000;
/** Different (kind, account, code) that are remembered. */
const MOST_FOLDS = 10_000;
/** Events that wait for a commit. */
const MOST_PENDING = 10_000;
/** Events that are kept, of everybody. */
const MOST_KEPT = 100_000;

interface Fold {
  credit: number;
  at: Micros;
  /** The latest, as it was given: most are folded, and only what is told is made whole. */
  last: SeenEvent;
  time: Micros;
  workspace: number;
  silent: number;
  /** When the first of these was. */
  first: Micros;
}

/**
 * Everything that clients and requests do: accepted, refused, logins refused, connections opened and closed. What was accepted is
 * told while somebody watches, and costs a look at a flag otherwise. The rest is kept, folded, and written with the
 * commits that come anyway, or after a second.
 */
export class EventLog {
  /** Somebody watches. */
  watched = false;
  /** To how many a committed row goes; the fan-out sets it. */
  audience: (batch: Batch, row: number) => number = () => 0;
  private readonly watchers = new Set<Watcher>();
  private readonly folds = new Map<string, Fold>();
  private pending: InspectorEvent[] = [];
  private due = false;

  /** @param keep µs that events are kept; 0: not at all */
  constructor(
    private readonly directory: Directory,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
    private readonly keep: Micros,
  ) {}

  /** Returns how to stop it. */
  watch(watcher: Watcher): () => void {
    this.watchers.add(watcher);
    this.watched = true;
    return () => {
      this.watchers.delete(watcher);
      this.watched = this.watchers.size > 0;
    };
  }

  /** A refused publish, folded already. */
  refused(r: ToldRefusal): void {
    const { principal, device, code, message, topic, payload, base64, time, first, count } = r;
    const when = count > 1 ? { time, first } : { time };
    this.seen({ kind: "refused", principal, device, code, message, topic, payload, base64, count, ...when });
  }
  /** Something that is kept. */
  seen(given: SeenEvent): void {
    if (!this.watched && this.keep === 0) return;
    const now = this.clock.micros();
    const { kind, principal, code = null, device = 0, time = now } = given;
    const workspace = given.workspace ?? this.workspaceOf(principal, device);
    const key = `${kind} ${principal} ${code}`;
    let fold = this.folds.get(key);
    if (fold === undefined) {
      if (this.folds.size >= MOST_FOLDS) {
        const [oldest] = this.folds.keys();
        if (oldest !== undefined) this.folds.delete(oldest);
      }
      fold = { credit: BURST, at: now, last: given, time, workspace, silent: 0, first: time };
      this.folds.set(key, fold);
    }
    fold.credit = Math.min(BURST, fold.credit + Math.max(0, now - fold.at) / SECOND);
    fold.at = now;
    fold.last = given;
    fold.time = time;
    fold.workspace = workspace;
    if (fold.silent === 0) fold.first = given.first ?? time;
    fold.silent += given.count ?? 1;
    if (fold.credit >= 1) this.emit(fold);
  }
  private emit(fold: Fold): void {
    fold.credit--;
    const { last, time, workspace, silent: count, first } = fold;
    const event: InspectorEvent = { ...NOTHING, ...last, time, workspace, count, ...(count > 1 && { first }) };
    fold.silent = 0;
    if (this.keep > 0) {
      if (this.pending.length < MOST_PENDING) this.pending.push(event);
      else this.metrics.eventsLost++;
    }
    this.tell(event);
  }
  /** Call it about once a second: tells what was folded, and forgets what was quiet. */
  tick(now: Micros): void {
    for (const [key, fold] of this.folds) {
      // a clock that was set back holds nothing up
      if (Math.abs(now - fold.at) < SECOND) continue;
      fold.credit = Math.min(BURST, fold.credit + Math.max(1, (now - fold.at) / SECOND));
      fold.at = now;
      if (fold.silent > 0) this.emit(fold);
      else if (fold.credit >= BURST) this.folds.delete(key);
    }
    this.flush();
  }
  /** What waits is worth a commit of its own. */
  flush(): void {
    this.due = this.pending.length > 0;
  }
  /** Whether events have waited long enough for a commit. */
  get waiting(): boolean {
    return this.due;
  }
  /** What the next commit writes; null: nothing. */
  take(): StoreOp | null {
    this.due = false;
    if (this.pending.length === 0) return null;
    const rows = this.pending.sort((a, b) => a.time - b.time); // what was folded comes late
    this.pending = [];
    return { op: "events_put", rows, before: this.clock.trusted() - this.keep, most: MOST_KEPT };
  }

  /**
   * Rows [from, batch.count) were just accepted for the batch: watchers hear of it when they are durable. Only while
   * somebody watches.
   */
  accepted(what: Accepted, batch: Batch, from: number): void {
    const { principal, topic, payload } = what;
    const came = this.clock.steady();
    const to = batch.count;
    const event: InspectorEvent = {
      ...NOTHING,
      kind: "accepted",
      time: this.clock.micros(),
      principal: principal.key,
      workspace: this.workspaceOf(principal.key, what.device),
      device: what.device,
      client: what.client,
      remote: what.remote,
      topic: topic.length <= MOST_TOPIC ? topic : `${topic.slice(0, MOST_TOPIC).toWellFormed()}…`,
      bytes: payload.length,
      ...excerpt(payload),
    };
    const committed = (): void => {
      if (!this.watched) return;
      let delivered = 0;
      for (let i = from; i < to; i++)
        if ((batch.flags[i] as number) & (ROW_PUBLISHED | ROW_MESSAGE)) delivered += this.audience(batch, i);
      this.tell({ ...event, commit: this.clock.steady() - came, delivered });
    };
    const waiter: Waiter = { committed, failed: () => {} };
    batch.wait(waiter, 0);
  }
  /** Tells those who watch of something, and keeps nothing of it. */
  show(given: () => SeenEvent): void {
    if (!this.watched) return;
    const event = given();
    const { time = this.clock.micros(), workspace = this.workspaceOf(event.principal, event.device ?? 0) } = event;
    this.tell({ ...NOTHING, ...event, time, workspace });
  }
  private tell(event: InspectorEvent): void {
    for (const watcher of this.watchers) if (watcher.wants(event)) watcher.hear(event);
  }
  /** That of the device, otherwise that of the API user; 0: none. */
  private workspaceOf(principal: string, device: number): number {
    const node = device > 0 ? this.directory.deviceByUid(device) : undefined;
    if (node) return node.product.row.workspace;
    return principal.startsWith("a:") ? (this.directory.apiUser(Number(principal.slice(2)))?.workspace ?? 0) : 0;
  }
}
