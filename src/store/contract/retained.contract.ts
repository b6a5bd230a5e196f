import { expect, test } from "bun:test";
import { batchOf } from "../data.model.ts";
import { createRetained, readRetained, retainedBytes, writeRemoval, writeRetained } from "../retained.ts";
import type { World } from "./world.contract.ts";

/** RetainedStore. */
export function retainedContract(world: World): void {
  test("retained messages: the newest of a topic and a workspace comes back, with all it has; a removal removes it", async () => {
    const utf8 = new TextEncoder();
    const put = (workspace: number, topic: string, payload: string, deadline = 0): Uint8Array => {
      const [name, publisher, src] = [utf8.encode(topic), utf8.encode("u:1\0c"), utf8.encode(`props${payload}`)];
      const packed = new Uint8Array(retainedBytes(name.length, publisher.length, 5, src.length - 5));
      writeRetained(packed, 0, workspace, deadline, 1, name, publisher, src, 0, 5, src.length);
      return packed;
    };
    const remove = (workspace: number, topic: string, expired = 0): Uint8Array => {
      const packed = new Uint8Array(retainedBytes(utf8.encode(topic).length, 0, 0, 0));
      writeRemoval(packed, 0, workspace, utf8.encode(topic), expired);
      return packed;
    };
    const commit = (...changes: Uint8Array[]) =>
      world.store.commit(batchOf([], [{ op: "retained", changes: Buffer.concat(changes) }]));
    const kept = (): string[] => {
      const r = createRetained();
      const found: string[] = [];
      for (const piece of world.recovered.retained)
        for (let at = 0; at < piece.length && readRetained(piece, at, r); at = r.next) {
          const part = (from: number, to: number): string => new TextDecoder().decode(piece.subarray(from, to));
          const topic = part(r.topicStart, r.topicEnd);
          expect([part(r.topicEnd, r.publisherEnd), part(r.publisherEnd, r.propsEnd), r.qos]).toEqual([
            "u:1\0c",
            "props",
            1,
          ]);
          found.push(`${r.workspace} ${topic} ${part(r.propsEnd, r.next)} ${r.deadline}`);
        }
      return found.sort();
    };
    await commit(put(1, "a/b", "old"), put(1, "a/b", "new"), put(2, "a/b", "other"), put(1, "ä/", "x", 4_000_000_000));
    await world.reopen("crash");
    expect(kept()).toEqual(["1 a/b new 0", "1 ä/ x 4000000000", "2 a/b other 0"]);
    await commit(put(1, "ä/", "y", 4_000_000_001), remove(1, "a/b"), remove(9, "a/b"));
    // what has expired goes, what came in its place stays
    await commit(remove(1, "ä/", 4_000_000_000), remove(2, "a/b", 7), put(3, "c", "z", 5), remove(3, "c", 5));
    await world.reopen("close");
    expect(kept()).toEqual(["1 ä/ y 4000000001", "2 a/b other 0"]);
    const big = "x".repeat(600_000);
    await commit(...[1, 2, 3, 4].map((n) => put(n, "big", big)));
    await world.reopen("crash");
    expect(world.recovered.retained.length).toBeGreaterThan(1);
    expect(kept().length).toBe(6);
  });
}
