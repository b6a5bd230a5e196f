import type { Micros } from "../base/types.ts";
import { Asking } from "./asking.ts";
import { Definitions } from "./definitions.ts";
import type { Happening, Moment, NodeMessage, NodeRules, Part, Session } from "./node-types.ts";
import { Order } from "./order.ts";
import type { Payload } from "./types.ts";

/** µs that devices may take until they are born again after their node. */
const BIRTHS: Micros = 30_000_000;

/**
 * One edge node as a host application sees it (specification 3.0, chapter 5): births, data in the order of their numbers, deaths. Touches nothing; the
 * time is a parameter.
 */
export class EdgeNode {
  /** The node itself under null, its devices by their ids. */
  readonly parts = new Map<string | null, Part>();
  readonly order: Order<NodeMessage>;
  private readonly asking = new Asking();
  private bdSeq: bigint | null = null;
  /** When devices that have not been born again count as dead. */
  private birthsDue: Micros = Number.POSITIVE_INFINITY;

  constructor({ reorder }: NodeRules) {
    this.order = new Order(reorder);
  }
  get alive(): boolean {
    return this.parts.get(null)?.alive === true;
  }
  get session(): Session {
    return { seq: this.order.last, bdSeq: this.bdSeq };
  }
  /** Goes on with what was kept. */
  restore({ seq, bdSeq }: Session): void {
    this.order.last = seq;
    this.bdSeq = bdSeq;
  }

  /** A message came. */
  handle(message: NodeMessage, now: Moment): Happening[] {
    const out: Happening[] = [];
    const { type, payload } = message;
    if (type === "NBIRTH") this.birth(payload, now, out);
    else if (type === "NDEATH") this.death(payload, now, out);
    else if (type !== "NCMD" && type !== "DCMD") this.sequence(message, now, out);
    return [...out, ...this.due(now)];
  }
  /** What has its time now. Call it about once a second. */
  due(now: Moment): Happening[] {
    const out: Happening[] = [];
    const late = this.order.givenUp(now.steady);
    for (const message of late) this.process(message, now, out);
    if (late.length > 0) this.asking.want("a message is missing"); // [tck-id-operational-behavior-host-reordering-rebirth]
    if (now.steady >= this.birthsDue) {
      this.birthsDue = Number.POSITIVE_INFINITY;
      for (const [device, part] of this.parts) if (part.awaits) this.end(device, part, now, out);
    }
    const reason = this.asking.take(now.steady);
    if (reason !== null) out.push({ is: "ask", reason });
    return out;
  }
  /** A birth is to be asked for. */
  want(reason: string): void {
    this.asking.want(reason);
  }

  private birth(payload: Payload, now: Moment, out: Happening[]): void {
    const bdSeq = bdSeqOf(payload);
    const isSame = this.alive && bdSeq === this.bdSeq; // it was asked for, so its devices did not go meanwhile
    for (const message of this.order.begin(payload.seq ?? 0)) this.data(message, out);
    this.bdSeq = bdSeq;
    for (const [device, part] of this.parts) {
      if (device === null || !part.alive) continue;
      if (isSame) part.awaits = true;
      else this.end(device, part, now, out);
    }
    if (isSame) this.birthsDue = now.steady + BIRTHS;
    this.asking.born();
    this.bear(null, payload, now, out);
  }
  private bear(device: string | null, { metrics, timestamp }: Payload, now: Moment, out: Happening[]): void {
    const before = this.parts.get(device);
    const definitions = Definitions.of(metrics);
    const since = before?.alive === true ? before.since : now.wall;
    this.parts.set(device, { definitions, alive: true, since, born: now.wall, awaits: false });
    out.push({ is: "born", device, metrics: definitions.named(metrics).metrics, sent: timestamp });
  }
  /** A death of a session before, which came late, is none. */
  private death(payload: Payload, now: Moment, out: Happening[]): void {
    const bdSeq = bdSeqOf(payload);
    if (bdSeq !== null && this.bdSeq !== null && bdSeq !== this.bdSeq) return;
    out.push(...this.close(now));
  }
  /** The session is over, for whatever reason. */
  close(now: Moment): Happening[] {
    const out: Happening[] = [];
    for (const message of this.order.begin(null)) this.data(message, out);
    this.asking.born();
    // [tck-id-operational-behavior-edge-node-termination-host-action-ndeath-devices-offline]
    for (const [device, part] of this.parts) if (part.alive) this.end(device, part, now, out);
    return out;
  }
  private end(device: string | null, part: Part, now: Moment, out: Happening[]): void {
    part.awaits = false;
    if (!part.alive) return;
    part.alive = false;
    part.since = now.wall; // [tck-id-operational-behavior-edge-node-termination-host-action-ndeath-node-offline]
    out.push({ is: "died", device });
  }

  private sequence(message: NodeMessage, now: Moment, out: Happening[]): void {
    const { seq } = message.payload;
    if (!this.alive || this.order.last === null) {
      this.asking.want("a message came before the birth of the node");
      return this.data(message, out);
    }
    const place = seq === null ? "in_order" : this.order.place(seq, message, now.steady);
    if (place === "late") return this.data(message, out);
    if (place === "waits") return;
    this.process(message, now, out);
    for (let next = this.order.next(); next !== undefined; next = this.order.next()) this.process(next, now, out);
  }
  private process(message: NodeMessage, now: Moment, out: Happening[]): void {
    const { type, device, payload } = message;
    if (type === "DBIRTH") return this.bear(device, payload, now, out);
    const part = this.parts.get(device);
    if (type !== "DDEATH") return this.data(message, out);
    // [tck-id-operational-behavior-edge-node-termination-host-action-ddeath-devices-offline]
    if (part !== undefined) this.end(device, part, now, out);
  }
  /** Values are recorded whenever it is known what they are, in a session or not. */
  private data({ type, device, payload }: NodeMessage, out: Happening[]): void {
    if (type !== "NDATA" && type !== "DDATA") return;
    const part = this.parts.get(device);
    const isBorn = part?.alive === true && !part.awaits;
    // the aliases of a session that is over may mean something else now
    const { metrics, unknown } = (part?.definitions ?? NONE).named(payload.metrics, isBorn);
    if (!isBorn) this.asking.want(`data of ${device ?? "the node"} came before its birth`);
    else if (unknown !== null) this.asking.want(`no birth announced ${unknown}`);
    out.push({ is: "data", device, metrics, sent: payload.timestamp });
  }
}
const NONE = Definitions.of([]);

/** The number of the session, by which a death finds its birth; null: it bears none. */
function bdSeqOf({ metrics }: Payload): bigint | null {
  const value = metrics.find(({ name }) => name === "bdSeq")?.value;
  return typeof value === "bigint" ? BigInt.asIntN(64, value) : null;
}
