import type { Metrics } from "../base/metrics.ts";
import type { Clock, Log, Micros } from "../base/types.ts";
import { Bucket } from "../base/bucket.ts";

export interface RateLimits {
  /** Publishes a second of one connection, and bytes of them; 0: no limit. A second's worth may come at once. */
  readonly maxPublishRate: number;
  readonly maxPublishByteRate: number;
  /** The same of all connections and requests of one account. */
  readonly maxAccountPublishRate: number;
  readonly maxAccountPublishByteRate: number;
}
/** Somebody who may not go on before there is room in a lane. */
export interface Waiting {
  /** Goes on, or joins a lane again. */
  goesOn(now: Micros): void;
}
interface Time {
  readonly clock: Clock;
  /** Runs `fn` after at least `ms`. */
  readonly later: (fn: () => void, ms: number) => void;
}

/** The longest time until a lane looks again, ms: timers are bounded. */
const LONGEST_MS = 60_000;
/** How often the log says that a rate bites. */
const TELL_MICROS = 60_000_000;

/** Publishes and bytes a second that several may share; who must wait goes on in the order of coming. */
class Lane {
  private readonly queue: Waiting[] = [];
  private isTimed = false;

  constructor(
    private readonly messages: Bucket | null,
    private readonly bytes: Bucket | null,
    private readonly time: Time,
  ) {}

  take(bytes: number, now: Micros): void {
    this.messages?.take(1, now);
    this.bytes?.take(bytes, now);
  }
  /** µs until there is room; 0: there is. */
  wait(now: Micros): Micros {
    return Math.max(this.messages?.wait(now) ?? 0, this.bytes?.wait(now) ?? 0);
  }
  join(waiting: Waiting, now: Micros): void {
    this.queue.push(waiting);
    this.look(now);
  }
  /** Nobody waits, and a new lane would have no more room. */
  isIdle(now: Micros): boolean {
    return this.queue.length === 0 && (this.messages?.isFull(now) ?? true) && (this.bytes?.isFull(now) ?? true);
  }
  private look(now: Micros): void {
    if (this.isTimed) return;
    this.isTimed = true;
    this.time.later(this.room, Math.min(LONGEST_MS, Math.ceil(this.wait(now) / 1000)));
  }
  private readonly room = (): void => {
    this.isTimed = false;
    const now = this.time.clock.steady();
    while (this.queue.length > 0 && this.wait(now) === 0) this.queue.shift()?.goesOn(now);
    if (this.queue.length > 0) this.look(now);
  };
}

/** How fast one connection may publish: by its own rate, and by its account's. */
export class PublishPace {
  /** @param own null: no limit of its own; @param account the account's key */
  constructor(
    private readonly rates: Rates,
    private readonly own: Lane | null,
    private readonly account: string,
  ) {}

  /** A publish of so many bytes was dealt with. Returns whether the next must wait; `waiting` goes on then. */
  spent(bytes: number, waiting: Waiting, now: Micros): boolean {
    this.own?.take(bytes, now);
    this.rates.lane(this.account)?.take(bytes, now);
    return this.mustWait(waiting, now);
  }
  /** Whether there is no room yet; `waiting` goes on when there is. */
  mustWait(waiting: Waiting, now: Micros): boolean {
    if (this.own !== null && this.own.wait(now) > 0) {
      this.rates.slowed("connection", this.account, now);
      this.own.join(waiting, now);
      return true;
    }
    const shared = this.rates.lane(this.account);
    if (shared === null || shared.wait(now) === 0) return false;
    this.rates.slowed("account", this.account, now);
    shared.join(waiting, now);
    return true;
  }
}

/**
 * Rates of publishing. Over MQTT they never refuse, they slow the reader down (wire contract section 7): the socket is
 * not read, and the network's own flow control reaches the client. Over HTTP they refuse, with the time to wait.
 */
export class Rates {
  private readonly accounts = new Map<string, Lane>();
  private readonly perConnection: boolean;
  private readonly perAccount: boolean;
  private toldAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly limits: RateLimits,
    private readonly metrics: Metrics,
    private readonly log: Log,
    private readonly time: Time,
  ) {
    this.perConnection = limits.maxPublishRate > 0 || limits.maxPublishByteRate > 0;
    this.perAccount = limits.maxAccountPublishRate > 0 || limits.maxAccountPublishByteRate > 0;
  }

  /** For a connection that has logged in; null: no rate is set, and nothing is counted. @param account key of its account */
  paceOf(account: string): PublishPace | null {
    if (!this.perConnection && !this.perAccount) return null;
    const { maxPublishRate, maxPublishByteRate } = this.limits;
    return new PublishPace(this, this.perConnection ? this.newLane(maxPublishRate, maxPublishByteRate) : null, account);
  }
  /**
   * A request of an account wants to record.
   * @returns 0: it may, and was counted; otherwise the seconds after which it is worth trying again
   */
  request(account: string, bytes: number): number {
    const now = this.time.clock.steady();
    const lane = this.lane(account);
    const wait = lane?.wait(now) ?? 0;
    if (wait === 0) lane?.take(bytes, now);
    else this.slowed("account", account, now);
    return Math.ceil(wait / 1e6);
  }
  /** The lane of an account; null: no rate is set. */
  lane(account: string): Lane | null {
    if (!this.perAccount) return null;
    const known = this.accounts.get(account);
    if (known !== undefined) return known;
    const fresh = this.newLane(this.limits.maxAccountPublishRate, this.limits.maxAccountPublishByteRate);
    this.accounts.set(account, fresh);
    return fresh;
  }
  /** Call it about once a second: what nobody uses is forgotten. */
  tick(now: Micros): void {
    for (const [account, lane] of this.accounts) if (lane.isIdle(now)) this.accounts.delete(account);
  }
  /** A limit bit. */
  slowed(whose: "connection" | "account", account: string, now: Micros): void {
    this.metrics.publisherSlowed(whose);
    if (now - this.toldAt < TELL_MICROS) return;
    this.toldAt = now;
    const flags = whose === "connection" ? "--max-publish-rate" : "--max-account-publish-rate";
    this.log.info({ principal: account }, `slows a publisher down (${flags}, or its byte rate)`);
  }

  private newLane(messages: number, bytes: number): Lane {
    return new Lane(bucket(messages), bucket(bytes), this.time);
  }
}

function bucket(rate: number): Bucket | null {
  return rate > 0 ? new Bucket(rate, rate) : null;
}
