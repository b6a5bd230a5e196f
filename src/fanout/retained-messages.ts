import type { RetainedMessages } from "../ingest/retained.ts";
import { sameBytes } from "../ingest/target.ts";
import type { Seq } from "../store/ports.ts";
import { createRetained } from "../store/retained.ts";
import type { TopicWalk } from "../topic/topic-tree.ts";
import type { Message } from "./delivery.ts";
import type { FreeFanout } from "./free.ts";
import type { OutletHost } from "./host.ts";
import { type RetainedCursor, Replays } from "./replays.ts";
import type { Subscription } from "./subscription.ts";

const text = new TextDecoder();
const NOTHING = new Uint8Array(0);
/** Topics that are looked at in one turn: so long do other clients wait. */
const LOOK = 4096;

/** What they need of the fan-out; the hub. */
interface RetainedHost extends OutletHost {
  readonly retained: RetainedMessages;
  readonly free: Pick<FreeFanout, "deliver">;
  /** Whether an account exists and may publish on a free topic. */
  readonly mayStillPublish: (principal: string, workspace: number, topic: string) => boolean;
}

/** The retained messages under one new subscription, as far as they were sent. */
class RetainedWalk implements RetainedCursor {
  private readonly reader = createRetained();
  private readonly message: { -readonly [K in keyof Message]: Message[K] } = {
    workspace: 0,
    seq: 0,
    deadline: 0,
    topic: NOTHING,
    buf: NOTHING,
    propsAt: 0,
    payloadAt: 0,
    payloadEnd: 0,
  };
  /** Who published what was looked at last: as bytes, as text, and the account of it. */
  private publisherBytes: Uint8Array = NOTHING;
  private publisher = "";
  private principal = "";

  /** @param upTo newer messages were delivered as they came */
  constructor(
    private readonly hub: RetainedHost,
    readonly subscription: Subscription,
    private readonly walk: TopicWalk,
    private readonly upTo: number,
  ) {}

  /** Sends the next one; `later`: it looked at many in vain. */
  next(now: number): "sent" | "later" | "done" {
    for (let looks = 0; looks < LOOK; looks++) {
      const slot = this.walk.next(LOOK);
      if (slot < 0) return "done";
      if (slot === 0) return "later";
      if (this.hub.retained.seqOf(slot) <= this.upTo && this.send(slot, now)) return "sent";
    }
    return "later";
  }
  private send(slot: number, now: number): boolean {
    const { hub, reader: r, message: m, subscription: s } = this;
    hub.retained.read(slot, r);
    const { buf } = hub.retained;
    if (r.deadline > 0 && r.deadline * 1e6 <= now) return false;
    const topic = buf.slice(r.topicStart, r.topicEnd);
    const name = text.decode(topic);
    this.published(buf, r.topicEnd, r.publisherEnd);
    if (s.noLocal && this.publisher === s.outlet.key) return false; // [MQTT-3.8.3-3]
    if (!s.outlet.principal.mayReceive(r.workspace, name)) return false;
    // CVE-2018-12546: who published it may have lost the right to
    if (!hub.mayStillPublish(this.principal, r.workspace, name)) return false;
    m.workspace = r.workspace;
    m.deadline = r.deadline;
    m.topic = topic;
    m.buf = buf;
    m.propsAt = r.publisherEnd;
    m.payloadAt = r.propsEnd;
    m.payloadEnd = r.next;
    const ids = s.identifier > 0 ? [s.identifier] : null;
    hub.free.deliver(s.outlet, Math.min(r.qos, s.qos), true, ids, m, now); // section 3.3.1.3: RETAIN is set
    return true;
  }
  /** Reads who published it, which is mostly who published the one before. */
  private published(buf: Uint8Array, from: number, to: number): void {
    if (sameBytes(this.publisherBytes, buf, from, to)) return;
    this.publisherBytes = buf.slice(from, to);
    this.publisher = text.decode(this.publisherBytes);
    const [principal = ""] = this.publisher.split("\0", 1);
    this.principal = principal;
  }
  close(): void {
    this.walk.close();
  }
}

/**
 * Sends the retained messages under a new subscription, at the pace at which the client takes them.
 * @param upTo log row up to which all was published when the subscription was made; what is newer came by itself
 */
export function replayMessages(hub: RetainedHost, subscription: Subscription, upTo: Seq): void {
  const { outlet } = subscription;
  const { free } = outlet.principal;
  if (free === null) return;
  replay(hub, subscription, free.workspace, upTo);
  if (free.own !== null) replay(hub, subscription, free.own.space, upTo);
}
function replay(hub: RetainedHost, subscription: Subscription, workspace: number, upTo: Seq): void {
  const { outlet } = subscription;
  const walk = hub.retained.walk(workspace, subscription.canonical);
  if (walk === null) return;
  outlet.replay ??= new Replays();
  const { messages, own } = outlet.replay;
  const cursors = workspace === outlet.principal.free?.own?.space ? own : messages;
  cursors.put(new RetainedWalk(hub, subscription, walk, upTo));
  hub.touch(outlet);
}
