import type { Principal } from "../auth/principal.ts";
import type { Micros } from "../base/types.ts";
import { createPublishView, type PublishView } from "../codec/index.ts";
import type { PlatformTopics } from "../topic/platform.ts";
import type { Publisher } from "./batch.ts";
import type { CommitLine } from "./commits.ts";
import { type FreeTopic, FreeTopicCache } from "./free-topic.ts";
import { type PublishRefusal, refused } from "./refused.ts";
import type { RetainedLimits } from "./retained.ts";

export interface MessageLimits extends RetainedLimits {
  readonly maxTopicLevels: number;
}

/** What the server publishes by itself. */
export interface OwnMessage {
  /** A free topic without wildcards. */
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

const SLASH = 0x2f;
const DOLLAR = 0x24;
const DASH = 0x2d;

/**
 * The way in for messages on free topics (wire contract section 4): rights, limits, then the batch. What is here is
 * ordinary MQTT and never a measurement.
 */
export class FreeMessages {
  private readonly cache = new FreeTopicCache();
  private readonly prefix: Uint8Array;

  constructor(
    private readonly commits: CommitLine,
    topics: PlatformTopics,
    private readonly limits: MessageLimits,
  ) {
    this.prefix = new TextEncoder().encode(topics.prefix);
  }

  /** Whether a topic name lies outside the reserved prefixes; PlatformTopics.isFree for bytes. */
  isFree(buf: Uint8Array, start: number, end: number): boolean {
    const { prefix } = this;
    if (buf[start] === DOLLAR) return false;
    let at = start;
    for (let i = 0; i < prefix.length; i++) if (at >= end || buf[at++] !== prefix[i]) return true;
    return at < end && buf[at] !== SLASH && buf[at] !== DASH;
  }

  /** The free topic buf[start, end) on which the principal wants to publish; null: refused, see `whyNot`. Good for one epoch of it. */
  find(principal: Principal, buf: Uint8Array, start: number, end: number): FreeTopic | null {
    const { free } = principal;
    if (free === null || levelsOf(buf, start, end) > this.limits.maxTopicLevels) return null;
    const topic = this.cache.of(free.workspace, buf, start, end);
    if (free.all || free.mayPublish(topic.name)) return topic;
    return free.own !== null && free.mayTell(topic.name) ? this.cache.of(free.own.space, buf, start, end) : null;
  }
  /** Why `find` found none. */
  whyNot({ free }: Principal, buf: Uint8Array, start: number, end: number): PublishRefusal {
    if (free === null)
      return refused("topic_not_allowed", "This account has no free topics, and nothing is recorded on this topic.");
    const { maxTopicLevels } = this.limits;
    const levels = levelsOf(buf, start, end);
    if (levels > maxTopicLevels)
      return refused("topic_not_allowed", `This topic has ${levels} levels; there may be ${maxTopicLevels}.`);
    return refused("not_permitted", "This account may not publish on this topic.");
  }

  /**
   * Takes the message in `view` (offsets in `buf`) on a topic that was found. Returns its refusal.
   * @param deadline Unix seconds after which nobody is to get it; 0: none
   */
  accept(
    sender: Publisher,
    topic: FreeTopic,
    view: PublishView,
    buf: Uint8Array,
    deadline: number,
  ): PublishRefusal | null {
    const { batch, retained } = this.commits;
    let flags = 0;
    if (view.retain) {
      flags = retained.claim(this.limits, topic, sender, view);
      if (flags < 0)
        return refused("quota_exceeded", "There is no room for more retained messages; an empty one removes one.");
    }
    batch.message(topic, sender, view, deadline, flags, buf);
    return null;
  }

  /**
   * Takes a retained message of the platform's own; an empty payload removes the one there is. Published at QoS 1. Returns its refusal.
   * @param workspace or the number that stands for it
   */
  retain(sender: Publisher, workspace: number, topic: Uint8Array, payload: Uint8Array): PublishRefusal | null {
    const view = { ...createPublishView(), qos: 1 as const, retain: true, payloadEnd: payload.length };
    return this.accept(sender, this.cache.of(workspace, topic, 0, topic.length), view, payload, 0);
  }

  /**
   * A message of the server's own, in the name of an account and with its rights. It is on its way when the commit that is being collected is durable.
   * @param client what publishes calls itself, as a client does by its identifier
   */
  publish(principal: Principal, client: string, message: OwnMessage): PublishRefusal | null {
    const name = new TextEncoder().encode(message.topic);
    const topic = this.find(principal, name, 0, name.length);
    if (topic === null) return this.whyNot(principal, name, 0, name.length);
    const { qos, retain, payload } = message;
    const view: PublishView = { ...createPublishView(), qos, retain, payloadStart: 0, payloadEnd: payload.length };
    const sender = { key: `${principal.key}\0${client}`, stored: 0 };
    const refusal = this.accept(sender, topic, view, payload, 0);
    if (refusal === null) this.commits.poke();
    return refusal;
  }

  /** Forgets retained messages that have expired, a part of them at a time. Call it about once a second. */
  tick(now: Micros): void {
    const changes = this.commits.retained.purge(now, PURGE);
    if (changes !== null) this.commits.batch.ops.push({ op: "retained", changes });
  }
}

function levelsOf(buf: Uint8Array, start: number, end: number): number {
  let levels = 1;
  for (let at = start; at < end; at++) if (buf[at] === SLASH) levels++;
  return levels;
}

/** Retained messages that are looked at in one tick. */
const PURGE = 50_000;
