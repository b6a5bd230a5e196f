import type { FreeFeed } from "../fanout/free-taps.ts";
import type { LiveTaps } from "../fanout/live-taps.ts";
import type { Watcher } from "../ingest/event-log.ts";
import type { EventQuery, LogStore, Seq, StoredEvent } from "../store/ports.ts";

/** Events, as the inspector shows them: those that come, and those that were kept. */
export interface EventsPort {
  watch(watcher: Watcher): () => void;
  /** Newest first. */
  read(query: EventQuery): Promise<StoredEvent[]>;
}

/** What is published, and what was. */
export interface LiveFeed {
  readonly taps: Pick<LiveTaps, "add">;
  /** All rows up to this one were told to the taps. */
  fannedSeq(): Seq;
  readonly store: Pick<LogStore, "readLog">;
  /** Null: the instance has no free topics. */
  readonly free: FreeFeed | null;
}
