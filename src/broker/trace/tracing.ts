import { Refusal } from "../../base/errors.ts";
import type { Micros } from "../../base/types.ts";
import { printTime } from "../../measure/index.ts";
import type { BrokerContext } from "../context.ts";
import type { TraceWish } from "../types.ts";
import { Tap, type Tapped } from "./tap.ts";
import { Trace } from "./trace.ts";

/** Traces at the same time: each costs time for every packet that it sees. */
const MOST_TRACES = 8;

/** A connection that can be traced. */
interface Traceable extends Tapped {
  readonly box: { readonly unfinished: number };
}
interface TracedBroker extends Pick<BrokerContext, "clock" | "log" | "metrics"> {
  readonly connections: Iterable<Traceable>;
}

/** The traces that are on. While there are none, a connection has no tap, and tracing costs nothing. */
export class Tracing {
  readonly traces = new Set<Trace>();

  constructor(private readonly broker: TracedBroker) {}

  /** µs, of the wall clock: for people. */
  now(): Micros {
    return this.broker.clock.micros();
  }
  /**
   * Switches a trace on: of the open connections that match, and of those that will come.
   * @param micros how long
   * @throws Refusal invalid_request when there are too many traces already
   */
  start(wish: TraceWish, micros: Micros): Trace {
    if (this.traces.size >= MOST_TRACES)
      throw new Refusal("invalid_request", `There are ${MOST_TRACES} traces already; end one of them first.`);
    const trace = new Trace(wish, this.broker.clock.steady() + micros, this.broker.metrics, (one) => this.gone(one));
    this.traces.add(trace);
    this.broker.metrics.traces = this.traces.size;
    const taps = [...this.broker.connections].map((connection) => connection.tap ?? this.tapOf(connection));
    const connections = taps.filter((tap) => trace.matches(tap)).length;
    trace.tell(this.now(), { event: "on", connections, until: printTime(this.broker.clock.wallOf(trace.until)) });
    for (const tap of taps) if (trace.mayMatch(tap)) tap.begin();
    this.broker.log.info({ ...wish, connections }, "a trace is on");
    return trace;
  }
  /** A new connection: nobody knows yet who it will be. */
  opened(connection: Traceable): void {
    if (this.traces.size > 0) this.tapOf(connection).begin();
  }
  tick(now: Micros): void {
    for (const trace of this.traces) if (trace.until <= now) trace.end(this.now(), "its time is over");
  }
  endAll(why: string): void {
    for (const trace of [...this.traces]) trace.end(this.now(), why);
  }
  /** A mistake of ours in a tap. */
  failed(connection: Tapped, error: unknown): void {
    connection.tapWith(null);
    const text = String((error as Error | null)?.stack ?? error);
    this.broker.log.error({ remote: connection.wire.remote, error: text }, "tracing a connection failed");
  }

  private tapOf(connection: Traceable): Tap {
    return new Tap(connection, this, connection.box.unfinished);
  }
  private gone(trace: Trace): void {
    this.traces.delete(trace);
    this.broker.metrics.traces = this.traces.size;
    this.broker.log.info({ ...trace.wish }, "a trace is off");
    if (this.traces.size > 0) return;
    for (const connection of this.broker.connections) connection.tapWith(null);
  }
}
