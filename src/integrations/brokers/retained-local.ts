import { publishProperties, type PublishPacket } from "../../codec/index.ts";
import type { RetainedMessages } from "../../ingest/retained.ts";
import { createRetained } from "../../store/retained.ts";

/** A retained message of ours. */
export interface LocalRetained {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1 | 2;
  readonly properties: PublishPacket["properties"];
  readonly publisher: string;
  /** Steady Unix seconds; 0: none. */
  readonly deadline: number;
  /** Number of the log row that brought it; 0: it was there at the start. */
  readonly seq: number;
}
const texts = new TextDecoder();
const utf8 = new TextEncoder();
/** Messages, and nodes of the tree, that are read in one turn. */
const SLICE = 500;
const BUDGET = 20_000;

function read(retained: RetainedMessages, slot: number): LocalRetained {
  const r = createRetained();
  retained.read(slot, r);
  const { buf } = retained;
  const properties = r.propsEnd > r.publisherEnd ? publishProperties(buf, r.publisherEnd, r.propsEnd) : undefined;
  return {
    topic: texts.decode(buf.subarray(r.topicStart, r.topicEnd)),
    publisher: texts.decode(buf.subarray(r.topicEnd, r.publisherEnd)),
    payload: buf.slice(r.propsEnd, r.next),
    ...{ qos: r.qos, deadline: r.deadline, properties, seq: retained.seqOf(slot) },
  };
}
export function localRetained(retained: RetainedMessages, workspace: number, topic: string): LocalRetained | null {
  const slot = retained.slotOf(workspace, utf8.encode(topic));
  return slot === 0 ? null : read(retained, slot);
}
/** Those that match a filter, some in a turn. @param spaces numbers of workspaces, or that stand for one @param pause lets others have their turn */
export async function* allRetained(
  retained: RetainedMessages,
  spaces: readonly number[],
  filter: string,
  pause: () => Promise<void>,
): AsyncGenerator<LocalRetained> {
  for (const space of spaces) {
    const walk = retained.walk(space, filter);
    for (let count = 1; walk !== null; count++) {
      const slot = walk.next(BUDGET);
      if (slot < 0) break;
      if (slot > 0) yield read(retained, slot);
      if (count % SLICE === 0 || slot === 0) await pause();
    }
  }
}
