import type { Principal } from "../auth/principal.ts";
import type { ErrorCode } from "../base/errors.ts";
import type { Micros } from "../base/types.ts";
import type { PublishView } from "../codec/index.ts";
import type { PlatformTopics } from "../topic/platform.ts";
import type { Publisher } from "./batch.ts";
import type { CommitLine } from "./commits.ts";
import { type FreeTopic, FreeTopicCache } from "./free-topic.ts";
import type { RetainedLimits } from "./retained.ts";

export interface MessageLimits extends RetainedLimits {
  readonly maxTopicLevels: number;
}

const SLASH = 0x2f;
const DOLLAR = 0x24;
const DASH = 0x2d;

/**
 * The door for messages on free topics (wire contract section 4): rights, limits, then the batch. What is here is
 * ordinary MQTT and never a measurement. The methods that may refuse leave the reason in `why`.
 */
export class Messages {
  private readonly cache = new FreeTopicCache();
  private readonly prefix: Uint8Array;
  /** After a refusal: the message for the person. */
  why = "";
  /** … and its code. */
  code: ErrorCode = "not_permitted";

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

  /** The free topic buf[start, end) on which the principal wants to publish; null: refused. Good for one epoch of it. */
  find(principal: Principal, buf: Uint8Array, start: number, end: number): FreeTopic | null {
    const { free } = principal;
    if (free === null) {
      this.refuse("topic_not_allowed", "This account has no free topics, and nothing is recorded on this topic.");
      return null;
    }
    const { maxTopicLevels } = this.limits;
    let levels = 1;
    for (let at = start; at < end; at++) if (buf[at] === SLASH) levels++;
    if (levels > maxTopicLevels) {
      this.refuse("topic_not_allowed", `This topic has ${levels} levels; there may be ${maxTopicLevels}.`);
      return null;
    }
    const topic = this.cache.of(free.workspace, buf, start, end);
    if (free.all || free.mayPublish(topic.name)) return topic;
    this.refuse("not_permitted", "This account may not publish on this topic.");
    return null;
  }

  /**
   * Takes the message in `view` (offsets in `buf`) on a topic that was found. Returns its refusal.
   * @param deadline Unix seconds after which nobody is to get it; 0: none
   */
  accept(sender: Publisher, topic: FreeTopic, view: PublishView, buf: Uint8Array, deadline: number): ErrorCode | null {
    const { batch, retained } = this.commits;
    let flags = 0;
    if (view.retain) {
      flags = retained.claim(this.limits, topic, sender, view);
      if (flags < 0)
        return this.refuse("quota_exceeded", "There is no room for more retained messages; an empty one removes one.");
    }
    batch.message(topic, sender, view, deadline, flags, buf);
    return null;
  }

  /** Forgets retained messages that have expired, a part of them at a time. Call it about once a second. */
  tick(now: Micros): void {
    const changes = this.commits.retained.purge(now, PURGE);
    if (changes !== null) this.commits.batch.ops.push({ op: "retained", changes });
  }

  private refuse(code: ErrorCode, why: string): ErrorCode {
    this.code = code;
    this.why = why;
    return code;
  }
}

/** Retained messages that are looked at in one tick. */
const PURGE = 50_000;
