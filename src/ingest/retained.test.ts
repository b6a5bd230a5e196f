import { describe, expect, test } from "bun:test";
import { createPublishView, type PublishView } from "../codec/index.ts";
import { createRetained, readRetained } from "../store/retained.ts";
import { Batch, ROW_RETAIN } from "./batch.ts";
import { FreeTopicCache } from "./free-topic.ts";
import { RetainedMessages } from "./retained.ts";

const utf8 = new TextEncoder();
const text = new TextDecoder();
const SENDER = { key: "u:1\0c", stored: 0 };
const view = (payload: Uint8Array): PublishView => ({
  ...createPublishView(),
  retain: true,
  payloadEnd: payload.length,
});
const topicOf = (cache: FreeTopicCache, name: string) => cache.of(1, utf8.encode(name), 0, utf8.encode(name).length);

/** Topics with their payloads, `-` for removed ones. */
function read(packed: Uint8Array | null): string[] {
  const r = createRetained();
  const found: string[] = [];
  for (let at = 0; packed !== null && at < packed.length && readRetained(packed, at, r); at = r.next)
    found.push(
      `${text.decode(packed.subarray(r.topicStart, r.topicEnd))} ${r.removed ? "-" : text.decode(packed.subarray(r.propsEnd, r.next))}`,
    );
  return found;
}

describe("what a batch changes of retained messages", () => {
  test("the last publish of each topic, also where a topic was forgotten and came again as another object", () => {
    const batch = new Batch();
    const [one, two] = [topicOf(new FreeTopicCache(), "a"), topicOf(new FreeTopicCache(), "a")];
    for (const [topic, payload] of [
      [one, "1"],
      [two, "2"],
      [one, "3"],
      [topicOf(new FreeTopicCache(), "b"), ""],
    ] as const) {
      const bytes = utf8.encode(payload);
      batch.message(topic, SENDER, view(bytes), 0, ROW_RETAIN, bytes);
    }
    expect(
      read(batch.retainedChanges())
        .filter((word) => word.startsWith("a"))
        .at(-1),
    ).toBe("a 3");
    expect(read(batch.retainedChanges()).at(-1)).toBe("b -");
    batch.seal();
    batch.clear();
    expect([batch.retainedChanges(), batch.empty]).toEqual([null, true]);
  });
});

describe("retained messages in memory", () => {
  const put = (all: RetainedMessages, workspace: number, topic: string, payload: string, deadline = 0): void => {
    const bytes = utf8.encode(payload);
    all.put(workspace, utf8.encode(topic), utf8.encode(SENDER.key), 0, deadline, 1, bytes, 0, 0, bytes.length);
  };
  const names = (all: RetainedMessages, workspace: number): string[] => {
    const walk = all.walk(workspace, "#");
    const found: string[] = [];
    const r = createRetained();
    for (let slot = walk?.next(1000) ?? -1; slot > 0; slot = walk?.next(1000) ?? -1) {
      all.read(slot, r);
      found.push(text.decode(all.buf.subarray(r.topicStart, r.topicEnd)));
    }
    return found.sort();
  };

  test("what has expired and what belongs to a workspace that is gone is purged, a slice at a time", () => {
    const all = new RetainedMessages();
    for (let i = 0; i < 100; i++) put(all, 1 + (i % 2), `t/${i}`, "x", i % 4 === 0 ? 50 : 0);
    all.forget(2);
    all.forget(9);
    const removed: string[] = [];
    for (let i = 0; i < 10; i++) removed.push(...read(all.purge(60e6, 11)));
    expect(removed.length).toBe(75);
    expect(removed.every((word) => word.endsWith(" -"))).toBe(true);
    expect([all.count, names(all, 1).length, names(all, 2).length]).toEqual([25, 25, 0]);
    expect(all.purge(60e6, 1000)).toBeNull();
  });

  test("thirty thousand come, change and go without growing for ever", () => {
    const all = new RetainedMessages();
    for (let round = 0; round < 3; round++)
      for (let i = 0; i < 30_000; i++) put(all, 1, `site/${i % 500}/device/${i}`, `${round}`.repeat(20 + (i % 7)));
    expect(all.count).toBe(30_000);
    const { bytes } = all;
    expect(bytes).toBeLessThan(30_000 * 100);
    for (let i = 0; i < 30_000; i++) put(all, 1, `site/${i % 500}/device/${i}`, "");
    expect([all.count, all.bytes, names(all, 1)]).toEqual([0, 0, []]);
  });
});
