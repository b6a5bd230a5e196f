import { expect, test } from "bun:test";
import fc from "fast-check";
import type { StoreOp } from "../store/ports.ts";
import { ChunkLine, type WaitingChunk } from "./chunk-line.ts";

/** Commits are sealed and land when the test says so. */
class World {
  ops: StoreOp[] = [];
  anothers = 0;
  private waiting: (() => void)[] = [];
  readonly line = new ChunkLine(this);

  operation(op: StoreOp): void {
    this.ops.push(op);
  }
  whenDurable(fn: () => void): void {
    this.waiting.push(fn);
  }
  another(): void {
    this.anothers++;
  }
  chunk(session: number, text: string, firstSeq = 1): WaitingChunk {
    const body = this.line.bodyOf(new TextEncoder().encode(text));
    const bytes = body.bytes ?? new Uint8Array(0);
    const of = { session, firstSeq, count: 1, deadlineMax: 0, upTo: firstSeq, body: bytes };
    const chunk: WaitingChunk = { body, put: { op: "chunk_put", ...of } };
    this.line.add(chunk);
    return chunk;
  }
  /** The sessions of which the next commit has chunks; it is not durable before the function that is returned is called. */
  seal(): { sessions: number[]; land: () => void } {
    this.line.write();
    const sessions = this.ops.splice(0).map((op) => (op.op === "chunk_put" ? op.session : -1));
    const waiting = this.waiting.splice(0);
    return {
      sessions,
      land: () => {
        for (const fn of waiting) fn();
        this.line.committed();
      },
    };
  }
}

test("250 sessions that end a chunk with the same message: 32 go with each commit, in their order, and share a body until all are durable", () => {
  const world = new World();
  const chunks = Array.from({ length: 250 }, (_, i) => world.chunk(i, "same"));
  expect([new Set(chunks.map(({ body }) => body)).size, world.anothers]).toEqual([1, 1]);
  const [first] = chunks;
  const sizes: number[] = [];
  for (let next = 0; next < 250; ) {
    const { sessions, land } = world.seal();
    expect(sessions).toEqual(Array.from({ length: sessions.length }, (_, i) => next + i));
    next += sessions.length;
    sizes.push(sessions.length);
    expect(first?.body.bytes).not.toBeNull();
    land();
  }
  expect(sizes).toEqual([32, 32, 32, 32, 32, 32, 32, 26]);
  expect(first?.body.bytes).toBeNull();
  // each commit but the last asked for another one
  expect(world.anothers).toBe(1 + 7);
  expect(world.line.bodyOf(new TextEncoder().encode("same"))).not.toBe(first?.body);
});

test("where very many wait a commit has an eighth of them, so that they do not heap up", () => {
  const world = new World();
  for (let i = 0; i < 8000; i++) world.chunk(i, `own ${i}`);
  expect(world.seal().sessions).toHaveLength(1000);
  expect(world.seal().sessions).toHaveLength(875);
});

test("one that is sent with a checkpoint goes once; one that is not needed any more does not go, and takes no room", () => {
  const world = new World();
  const chunks = Array.from({ length: 40 }, (_, i) => world.chunk(i, `own ${i}`));
  const [first, second] = chunks;
  if (!first || !second) throw new Error("there are some");
  world.line.cancel(first);
  expect([first.put, first.body.bytes]).toEqual([null, null]);
  world.line.send(second);
  expect(second.body.bytes).not.toBeNull();
  const { sessions, land } = world.seal();
  expect(sessions).toEqual([1, ...Array.from({ length: 32 }, (_, i) => i + 2)]);
  land();
  expect(second.body.bytes).toBeNull();
  expect(world.seal().sessions).toEqual([34, 35, 36, 37, 38, 39]);
});

test("property: a body has its bytes exactly as long as a chunk of it is not durable", () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant("add"), text: fc.nat(2) }),
    fc.record({ do: fc.constantFrom("cancel", "send"), which: fc.nat(20) }),
    fc.record({ do: fc.constantFrom("seal", "land") }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const world = new World();
      const chunks: { chunk: WaitingChunk; state: "waits" | "flies" | "over" }[] = [];
      let land: (() => void) | null = null;
      for (const one of steps) {
        if (one.do === "add" && "text" in one)
          chunks.push({ chunk: world.chunk(chunks.length, `${one.text}`), state: "waits" });
        else if ("which" in one) {
          const found = chunks[one.which];
          if (found?.state !== "waits" || found.chunk.put === null) continue;
          if (one.do === "cancel") found.state = "over";
          world.line[one.do === "cancel" ? "cancel" : "send"](found.chunk);
        } else if (one.do === "seal" && land === null) {
          ({ land } = world.seal());
          for (const each of chunks) if (each.state === "waits" && each.chunk.put === null) each.state = "flies";
        } else if (one.do === "land" && land !== null) {
          land();
          land = null;
          for (const each of chunks) if (each.state === "flies") each.state = "over";
        }
        for (const { chunk } of chunks) {
          const isNeeded = chunks.some((other) => other.chunk.body === chunk.body && other.state !== "over");
          expect(chunk.body.bytes !== null).toBe(isNeeded);
        }
      }
    }),
  );
});
