import type { Principal } from "../../auth/principal.ts";
import { nextTurn } from "../../base/turns.ts";
import type { Micros } from "../../base/types.ts";
import type { FreeFeed, FreeTap } from "../../fanout/free-taps.ts";
import type { BatchRows } from "../../feed/batch-rows.ts";
import { excerpt } from "../../ingest/refusals.ts";
import { allRetained, type LocalRetained } from "../../integrations/brokers/retained-local.ts";
import { printTime } from "../../measure/time.ts";
import { matches } from "../../topic/names.ts";
import type { HttpDeps } from "../deps.ts";
import type { EventStream } from "./event-stream.ts";
import { openOr, type Streams } from "./streams.ts";

/** Topics that wait to be told; messages on others are counted as lost meanwhile. */
const MOST_WAITING = 5000;
/** Retained messages that a stream begins with. */
const MOST_RETAINED = 5000;
/** Topics of one event, and events that are sent in one second. */
const AT_ONCE = 200;
const EVENTS_A_SECOND = 5;
/** Bytes of a payload that are told. */
const MOST_PAYLOAD = 2048;

const utf8 = new TextEncoder();

/** What became of a topic since it was told last. */
interface Heard {
  payload: Uint8Array;
  bytes: number;
  qos: number;
  time: Micros | null;
  count: number;
}

interface Wish {
  readonly principal: Principal;
  readonly filter: string;
  readonly feed: FreeFeed;
  readonly workspace: number;
  /** @throws Refusal when it may not go on */
  readonly check: () => void;
}

/** One who follows free topics: what comes is kept for each topic, bounded, until it is told. */
export class FreeReader implements FreeTap {
  readonly stream: EventStream;
  readonly workspace: number;
  private readonly waiting = new Map<string, Heard>();
  private lost = 0;
  /** What is retained was told. */
  private begun = false;

  constructor(
    private readonly deps: HttpDeps,
    streams: Streams,
    private readonly wish: Wish,
  ) {
    const { principal, feed, workspace, check } = wish;
    this.workspace = workspace;
    const stop = feed.taps.add(this);
    this.stream = openOr(stop, () => streams.start(principal, check, () => ": still here\n\n", stop, this.tell));
    const retained = this.retained();
    this.stream.before = async () => {
      const piece = await retained.next();
      return piece.done === true ? null : piece.value;
    };
  }

  hear(row: BatchRows): void {
    const { name } = row.freeTopic;
    const { filter, principal } = this.wish;
    if (!matches(filter, name) || !principal.mayReceive(this.workspace, name)) return;
    const known = this.waiting.get(name);
    if (known === undefined && this.waiting.size >= MOST_WAITING) {
      this.lost++;
      this.deps.metrics.streamEventsLost++;
      return;
    }
    const { buf, payloadAt, payloadEnd, qos } = row;
    this.waiting.set(name, {
      payload: buf.slice(payloadAt, Math.min(payloadEnd, payloadAt + MOST_PAYLOAD)),
      ...{ bytes: payloadEnd - payloadAt, qos, time: this.deps.clock.micros(), count: (known?.count ?? 0) + 1 },
    });
  }
  /** Once a second: what came since, those that wait longest first. What finds no room waits on. */
  private readonly tell = (): void => {
    if (!this.begun) return;
    for (let events = 0; events < EVENTS_A_SECOND && this.waiting.size > 0; events++) {
      const some = [...this.waiting].slice(0, AT_ONCE);
      const topics = some.flatMap(([topic, heard]) => this.shown(topic, heard) ?? []);
      this.deps.metrics.streamEvents++;
      if (topics.length > 0 && !this.stream.push(eventOf("topics", { topics }))) return;
      for (const [topic] of some) this.waiting.delete(topic);
    }
    if (this.lost > 0 && this.stream.push(eventOf("lost", { messages: this.lost }))) this.lost = 0;
  };
  /** Null: it may not be heard any more. */
  private shown(topic: string, { payload, bytes, qos, time, count }: Heard): object | null {
    const { principal, feed } = this.wish;
    if (!principal.mayReceive(this.workspace, topic)) return null;
    const retained = feed.retained.slotOf(this.workspace, utf8.encode(topic)) !== 0;
    const at = time === null ? null : printTime(time);
    return { topic, ...excerpt(payload, MOST_PAYLOAD), bytes, qos, retained, time: at, count };
  }
  /** What is retained, in events of some topics each, and at the end how many there were. */
  private async *retained(): AsyncGenerator<string> {
    yield "retry: 2000\n\n";
    const { feed, filter } = this.wish;
    let topics: object[] = [];
    let told = 0;
    let more = false;
    for await (const one of allRetained(feed.retained, [this.workspace], filter, nextTurn)) {
      if (!this.isSent(one)) continue;
      more = told >= MOST_RETAINED;
      if (more) break;
      const { payload, qos } = one;
      const shown = { payload: payload.subarray(0, MOST_PAYLOAD), bytes: payload.length, qos, time: null, count: 0 };
      topics.push(this.shown(one.topic, shown) ?? []);
      told++;
      if (topics.length < AT_ONCE) continue;
      yield eventOf("topics", { topics });
      topics = [];
    }
    if (topics.length > 0) yield eventOf("topics", { topics });
    this.begun = true;
    yield eventOf("retained", { topics: told, more });
  }
  private isSent({ topic, deadline, publisher }: LocalRetained): boolean {
    if (deadline > 0 && deadline * 1e6 <= this.deps.clock.steady()) return false;
    const [account = ""] = publisher.split("\0", 1);
    return (
      this.wish.principal.mayReceive(this.workspace, topic) &&
      this.wish.feed.mayStillPublish(account, this.workspace, topic)
    );
  }
}

function eventOf(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
