import type { Metrics } from "../base/metrics.ts";
import type { Log } from "../base/types.ts";
import { NO_STORE, TAKEN_BY_ANOTHER } from "../broker/farewells.ts";
import { endAll, freeze, type QuietBroker, thaw } from "../broker/quiet.ts";
import type { Core } from "./core.ts";
import type { StoreLease } from "../store/ports.ts";

/** How often the lease is looked at, ms: what may be said is decided when it is said; this is for what must end. */
const LOOK_MS = 100;
/** How often the log says that commits reach no standby, ms. */
const TELL_MS = 60_000;

interface WatchNeeds {
  readonly lease: StoreLease;
  readonly broker: QuietBroker;
  readonly metrics: Pick<Metrics, "silences">;
  readonly log: Log;
  /** ms that connections wait for the store. */
  readonly graceMs: number;
  /** Commits are to be on a standby. */
  readonly wantsReplicas: boolean;
  /** Others share the store, and are active, too. */
  readonly isShared: boolean;
  /** Another server has the store: this process is to end. */
  readonly fenced: () => void;
  /** ms of a monotonic clock */
  readonly now: () => number;
}

/** Keeps a server silent while it is not sure to have its store, and ends its connections when another one has it. */
class LeaseWatch {
  private frozenSince: number | null = null;
  private isOver = false;
  private hasEnded = false;
  private told = Number.NEGATIVE_INFINITY;
  private timer: ReturnType<typeof setInterval> | null = null;

  constructor(private readonly needs: WatchNeeds) {}

  start(): void {
    this.timer = setInterval(() => this.look(), LOOK_MS);
  }
  end(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  look(): void {
    const { lease, broker, metrics, log, graceMs } = this.needs;
    if (this.isOver) return;
    if (lease.fenced) return this.over();
    if (!lease.frozen) {
      if (this.frozenSince !== null) this.thawed();
      this.lookAtReplicas();
      return;
    }
    const now = this.needs.now();
    if (this.frozenSince === null) {
      this.frozenSince = now;
      this.hasEnded = false;
      log.error(
        { seconds: seconds(lease.age) },
        "the store does not answer: nothing is read from clients or written to them until it does",
      );
      metrics.silences++;
      freeze(broker);
    }
    if (this.hasEnded || now - this.frozenSince < graceMs) return;
    this.hasEnded = true;
    log.error(
      { graceSeconds: graceMs / 1000 },
      "the store did not answer for the whole grace time: all connections are ended",
    );
    endAll(broker.connections, 0x89, "storage does not answer", NO_STORE);
  }
  private thawed(): void {
    const { log, broker, now } = this.needs;
    log.info(
      { seconds: seconds(now() - (this.frozenSince ?? 0)) },
      "the store answers again, and is still this server's",
    );
    this.frozenSince = null;
    thaw(broker);
  }
  private over(): void {
    const { log, broker, isShared, fenced } = this.needs;
    this.isOver = true;
    this.end();
    const why = isShared ? "this node is out of step with the others" : "another server has taken the store over";
    log.error({}, `${why}: all connections are ended, and this process ends`);
    endAll(broker.connections, 0x8b, "another server has the store", TAKEN_BY_ANOTHER);
    fenced();
  }
  private lookAtReplicas(): void {
    const { lease, log, now, wantsReplicas } = this.needs;
    if (!wantsReplicas || lease.replicated || now() - this.told < TELL_MS) return;
    this.told = now();
    log.error(
      {},
      "synchronous_standby_names of PostgreSQL is empty: what is acknowledged is on one machine, and lost with it. Set it; with Patroni synchronous_mode_strict",
    );
  }
}

function seconds(ms: number): number {
  return Number.isFinite(ms) ? Math.round(ms / 100) / 10 : 0;
}

/** Looks after the lease of a server that may lose its store to another one. @returns `lost`: it has */
export function watchLease(core: Core): { readonly lease: LeaseWatch | null; readonly lost: Promise<void> } {
  const { config, log, stores, engine } = core;
  const { promise: lost, resolve: fenced } = Promise.withResolvers<void>();
  engine.metrics.lease = stores.lease;
  if (stores.lease === null) return { lease: null, lost };
  const lease = new LeaseWatch({
    lease: stores.lease,
    broker: engine.broker,
    metrics: engine.metrics,
    log,
    graceMs: config.storageGrace * 1000,
    isShared: config.cluster,
    wantsReplicas: (config.standby || config.cluster) && !config.unreplicatedOk,
    fenced,
    now: () => performance.now(),
  });
  lease.start();
  return { lease, lost };
}
