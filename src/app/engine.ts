import { randomBytes } from "node:crypto";
import { Authority } from "../auth/authority.ts";
import { EARLIEST_CLOCK } from "../base/clock.ts";
import { Metrics } from "../base/metrics.ts";
import type { Clock, Log } from "../base/types.ts";
import { type AnonymousRule, anonymousLogin } from "../broker/anonymous.ts";
import { Broker } from "../broker/broker.ts";
import type { Config } from "../config/settings.ts";
import { Consumers } from "../feed/consumers.ts";
import { Hub } from "../fanout/hub.ts";
import { Directory } from "../fleet/directory.ts";
import { LogOrder } from "../ingest/order.ts";
import { Ingest } from "../ingest/ingest.ts";
import { SeriesTable } from "../ingest/series.ts";
import { Ids } from "../store/ids.ts";
import { PlatformTopics } from "../topic/platform.ts";
import { gauges } from "./gauges.ts";
import { followDeletions } from "./deletions.ts";
import { type LeftBehind, loadSeries } from "./left-behind.ts";
import { queueLimits } from "./queue-limits.ts";
import type { OpenedStores } from "./stores.ts";

/** Everything between the stores and the listeners. */
export interface Engine {
  readonly directory: Directory;
  readonly authority: Authority;
  readonly topics: PlatformTopics;
  readonly metrics: Metrics;
  readonly series: SeriesTable;
  readonly ingest: Ingest;
  readonly consumers: Consumers;
  readonly hub: Hub;
  readonly broker: Broker;
  readonly left: LeftBehind;
  /** As one of several nodes: what the order of the log decides; null: it is alone. */
  readonly order: LogOrder | null;
}

/** The rule that the settings name for clients without credentials; null: none. */
function anonymousRule(config: Config): AnonymousRule | null {
  return config.anonymous && { ...config.anonymous, anywhere: config.anonymousFrom === "anywhere" };
}

/** Builds the rooms on what the stores hold; the sessions are brought back when the clock was looked at. */
export async function buildEngine(config: Config, from: OpenedStores, clock: Clock, log: Log): Promise<Engine> {
  const { rows, opened } = from;
  const { data: store, lease } = from.stores;
  const directory = new Directory();
  const authority = new Authority(directory, { freeTopics: config.freeTopics });
  directory.apply(rows);

  const metrics = new Metrics();
  const topics = new PlatformTopics(config.prefix, config.freeTopics);
  const [seriesIds, sessionIds] = await Promise.all([Ids.of(store, "series"), Ids.of(store, "session")]);
  const series = new SeriesTable(seriesIds);
  series.seenFloor = opened.seenFloor;
  series.settled.add(opened.settled);
  for await (const rows of store.gone()) series.gone.load(rows);
  const order = from.stores.shared() === null ? null : new LogOrder(series);
  const left = await loadSeries(store, series, directory, order);
  const ingest = new Ingest({
    store,
    directory,
    topics,
    series,
    metrics,
    clock,
    log,
    nextSeq: opened.nextSeq,
    ...(order && { order }),
    options: {
      gapMs: config.commitGap,
      graceMs: config.storageGrace * 1000,
      later,
      maxCommitRows: config.maxCommitRows,
      maxCommitBytes: config.maxCommitBytes,
      maxBatchRows: config.maxBatchRows,
      messages: config,
      keepEvents: config.inspectKeep * 1e6,
      ...(config.anyClock ? {} : { earliest: EARLIEST_CLOCK }),
    },
  });
  const consumers = new Consumers({
    store,
    names: series,
    clock,
    log,
    later,
    commits: ingest.commits,
    limits: { maxLagBytes: config.maxFeedLagBytes, maxLagAge: config.maxFeedLagAge * 1e6 },
  });
  // among several nodes the one with the duty loads them when it has it
  if (order === null) await consumers.load(opened.nextSeq - 1);
  else consumers.passed(opened.nextSeq - 1);
  const hub = new Hub(
    {
      ingest,
      series,
      store,
      consumers,
      topics,
      metrics,
      clock,
      log,
      limits: queueLimits(config),
      ...(lease && { silence: lease }),
      soon: (fn) => later(fn, 0),
    },
    opened.nextSeq - 1,
  );
  const broker = new Broker({
    anonymous: anonymousLogin(anonymousRule(config), directory, authority),
    ingest,
    hub,
    series,
    directory,
    authority,
    topics,
    metrics,
    clock,
    log,
    ...(lease && { silence: lease }),
    later,
    limits: { ...config, maxUnsent: config.maxUnsentBytes },
    newClientId: () => `fc-${randomBytes(12).toString("hex")}`,
    sessionIds,
  });
  gauges(metrics, broker);
  metrics.feed = consumers;
  followDeletions(directory, series, broker, () => from.stores.fleet.revisions?.isForeign !== true);
  return { directory, authority, topics, metrics, series, ingest, consumers, hub, broker, left, order };
}

/** For timers of the rooms: ms 0 is after what the event loop has at hand. */
function later(fn: () => void, ms: number): void {
  if (ms <= 0) setImmediate(fn);
  else setTimeout(fn, ms);
}
