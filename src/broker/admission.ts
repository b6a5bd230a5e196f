import { senderOf } from "../base/address.ts";
import type { Metrics } from "../base/metrics.ts";
import type { Log, Micros } from "../base/types.ts";
import { Bucket } from "../base/bucket.ts";

export interface AdmissionLimits {
  readonly maxConnections: number;
  /** 0: no limit of its own. */
  readonly maxConnectionsPerAddress: number;
  /** New connections a second; 0: no limit. */
  readonly maxAcceptRate: number;
  /** Bytes that connections may hold before their login, all together. */
  readonly maxBytesBeforeLogin: number;
}
/** Why a connection is refused before its login, as the metric names it. */
type Refused = "connections" | "address" | "accept_rate" | "stopping";

/** A place in the house: for whom it is counted; null where nobody counts. */
export type Place = string | null;

/** How much of the accept rate may come at once, seconds: after a power cut the whole fleet is back together. */
const BURST_SECONDS = 10;
/** How often the log says that a limit bites. */
const TELL_MICROS = 60_000_000;

const BEHIND = new Map<Refused, keyof AdmissionLimits>([
  ["connections", "maxConnections"],
  ["address", "maxConnectionsPerAddress"],
  ["accept_rate", "maxAcceptRate"],
]);
const FLAGS: Readonly<Record<keyof AdmissionLimits, string>> = {
  maxConnections: "--max-connections",
  maxConnectionsPerAddress: "--max-connections-per-address",
  maxAcceptRate: "--max-accept-rate",
  maxBytesBeforeLogin: "--max-bytes-before-login",
};

/** Decides who may connect at all, before a byte is read. Refusing costs next to nothing, so that storms pass. */
export class Admission {
  private readonly perSender = new Map<string, number>();
  private readonly rate: Bucket | null;
  private readonly told = new Map<keyof AdmissionLimits, Micros>();

  constructor(
    private readonly limits: AdmissionLimits,
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {
    const { maxAcceptRate } = limits;
    this.rate = maxAcceptRate > 0 ? new Bucket(maxAcceptRate, maxAcceptRate * BURST_SECONDS) : null;
  }

  /**
   * A new connection wants in.
   * @param from its address, which is looked at only where it counts; @param open connections that there are
   * @returns its place, to be given back to `left`; undefined: it is refused, which was counted and logged
   */
  admit(from: { readonly remote: string }, open: number, stopping: boolean, now: Micros): Place | undefined {
    if (stopping) return this.refuse("stopping", "", now);
    if (open >= this.limits.maxConnections) return this.refuse("connections", "", now);
    const { maxConnectionsPerAddress: most } = this.limits;
    const sender = most > 0 ? senderOf(from.remote) : null;
    const own = sender === null ? 0 : (this.perSender.get(sender) ?? 0);
    if (sender !== null && own >= most) return this.refuse("address", sender, now);
    if (this.rate !== null && this.rate.wait(now) > 0) return this.refuse("accept_rate", "", now);
    this.rate?.take(1, now);
    if (sender !== null) this.perSender.set(sender, own + 1);
    return sender;
  }
  /** A connection that was admitted is gone. */
  left(place: Place): void {
    if (place === null) return;
    const own = this.perSender.get(place) ?? 0;
    if (own > 1) this.perSender.set(place, own - 1);
    else this.perSender.delete(place);
  }

  /** Newcomers have more memory than they may, and the oldest of them go. */
  crowded(now: Micros): void {
    this.tell("maxBytesBeforeLogin", {}, now);
  }

  private refuse(why: Refused, sender: string, now: Micros): undefined {
    this.metrics.connectionRefused(why);
    const limit = BEHIND.get(why);
    if (limit !== undefined) this.tell(limit, sender === "" ? {} : { remote: sender }, now);
    return undefined;
  }
  /** One line a minute for each limit, however often it bites. */
  private tell(limit: keyof AdmissionLimits, from: object, now: Micros): void {
    if (now - (this.told.get(limit) ?? Number.NEGATIVE_INFINITY) < TELL_MICROS) return;
    this.told.set(limit, now);
    this.log.warn({ limit: this.limits[limit], ...from }, `no room for more connections (${FLAGS[limit]})`);
  }
}
