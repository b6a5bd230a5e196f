import type { Outlet } from "../fanout/outlet.ts";
import { mayReadTopic } from "../fanout/readable.ts";
import type { OutboundAliases } from "../session/outbound.ts";
import type { BrokerContext } from "./context.ts";
import type { Channel } from "./channel.ts";

const PUBLISH = 3;
const QOS = 6;
const TOPIC_ALIAS = 0x23;
const text = new TextDecoder();

/**
 * Takes out of a connection's outbox what its account may not read any more: measurements of devices that it may not view,
 * and messages on free topics that it may not receive. Where one told a topic alias, the next one does. The exchange of
 * one above QoS 0 is ended: its identifier is free again.
 */
export function dropUnreadable(
  context: Pick<BrokerContext, "topics" | "directory">,
  { box, aliases }: Pick<Channel, "box" | "aliases">,
  outlet: Outlet,
): void {
  const taken: number[] = [];
  box.filter((buf, start) => {
    if ((buf[start] as number) >> 4 !== PUBLISH) return true;
    const p = readTopic(buf, start, aliases);
    const isQos0 = ((buf[start] as number) & QOS) === 0;
    if (!mayReadTopic(context, outlet.principal, text.decode(p.topic))) {
      if (!isQos0) taken.push(two(buf, p.topicAt + (p.isWritten ? p.topic.length : 0)));
      if (p.alias > 0 && p.isWritten) aliases?.takeBack(p.alias);
      return false;
    }
    // what has but an alias goes with the packet before it that told it, or stays: they have one topic
    return true;
  });
  for (const id of taken) outlet.endExchange(id);
}
interface Topic {
  readonly topic: Uint8Array;
  /** It stands in the packet. */
  readonly isWritten: boolean;
  /** Where it stands, or would. */
  readonly topicAt: number;
  readonly alias: number;
}
/** Topic and alias of a PUBLISH of ours, which has the alias first among its properties. */
function readTopic(buf: Uint8Array, start: number, aliases: OutboundAliases | null): Topic {
  let at = start + 1;
  while ((buf[at] as number) > 0x7f) at++;
  const topicAt = at + 3;
  const length = two(buf, at + 1);
  const topic = buf.subarray(topicAt, topicAt + length);
  if (aliases === null) return { topic, isWritten: true, topicAt, alias: 0 };
  at = topicAt + length + (((buf[start] as number) & QOS) === 0 ? 0 : 2);
  while ((buf[at] as number) > 0x7f) at++;
  const alias = buf[at] !== 0 && buf[at + 1] === TOPIC_ALIAS ? two(buf, at + 2) : 0;
  if (length > 0) return { topic, isWritten: true, topicAt, alias };
  return { topic: aliases.topic(alias) ?? topic, isWritten: false, topicAt, alias };
}
function two(buf: Uint8Array, at: number): number {
  return ((buf[at] as number) << 8) | (buf[at + 1] as number);
}
