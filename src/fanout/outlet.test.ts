import { describe, expect, test } from "bun:test";
import type { Principal } from "../auth/principal.ts";
import { Metrics } from "../base/metrics.ts";
import { createFrame, decode, readFrame } from "../codec/index.ts";
import { createDelivery } from "../session/delivery.ts";
import { createEntry } from "../session/queue.ts";
import { SLOT_RECEIVED, SLOT_SENT } from "../session/window.ts";
import type { StoreOp } from "../store/ports.ts";
import { createTaken, Kind, RecordReader, RecordWriter } from "../store/record.ts";
import { packState, unpackState } from "./checkpoint.ts";
import { LogReplay } from "./log-replay.ts";
import type { OutletHost } from "./host.ts";
import type { QueueLimits } from "./keeper.ts";
import { QueueMemory } from "./memory.ts";
import { ChunkLine } from "./chunk-line.ts";
import { Ledger } from "./ledger.ts";
import type { Link } from "./link.ts";
import { BufferPool, Outbox } from "./outbox.ts";
import { Outlet } from "./outlet.ts";
import { Tails } from "./tails.ts";
import { DeliveryProperties } from "./publish.ts";

const log = new LogReplay();

const utf8 = new TextEncoder();
const EVERYBODY = { mayView: () => true } as unknown as Principal; // an outlet asks nothing else

/** The fan-out around one outlet; commits happen when the test says so. */
const STORE = { maxStoredBytesPerAccount: 1e9, maxStoredBytes: 1e9 };

class Host implements OutletHost {
  readonly metrics = new Metrics();
  readonly limits: QueueLimits;
  readonly memory: QueueMemory;
  readonly ledger: Ledger;
  readonly entry = createEntry();
  readonly delivery = createDelivery();
  readonly properties = new DeliveryProperties();
  readonly taken = createTaken();
  readonly tails = new Tails();
  readonly chunks = new ChunkLine(this);
  recovering = false;
  readable = true;
  record = new RecordWriter(256);
  readonly operations: StoreOp[] = [];
  readonly pubrels: number[] = [];
  readonly bodies = new Map<number, Uint8Array>();
  due = 0;
  private waiting: (() => void)[] = [];

  constructor(maxQueued = 1000, maxQueuedBytes = 1e6, maxTotalQueuedBytes = 268_435_456) {
    this.limits = { maxQueued, maxQueuedBytes, maxTotalQueuedBytes, ...STORE, maxUnsent: 1e6 };
    this.memory = new QueueMemory(this.limits, this.metrics, () => {});
    this.ledger = new Ledger(this.limits, this.metrics, () => {});
  }
  touch(): void {}
  deviceOf(): ReturnType<OutletHost["deviceOf"]> {
    return this.readable ? ({ index: 1 } as ReturnType<OutletHost["deviceOf"]>) : null; // only `index` is asked for
  }
  topicOf(): Uint8Array {
    return utf8.encode("t");
  }
  describe(): void {}
  writer(): RecordWriter {
    return this.record;
  }
  noteTaken(): void {
    this.record.taken(this.taken);
  }
  operation(op: StoreOp): void {
    this.operations.push(op);
  }
  afterCommit(outlet: Outlet, id: number): void {
    this.whenDurable(() => outlet.committed(id, 0));
  }
  whenDurable(fn: () => void): void {
    this.waiting.push(fn);
  }
  checkpointDue(): void {
    this.due++;
  }
  noteNews(): void {}
  sendPubrel(_link: Link, id: number): void {
    this.pubrels.push(id);
  }
  overflowed(): void {}
  another(): void {}
  readChunk(_session: number, firstSeq: number): Promise<Uint8Array | null> {
    return Promise.resolve(this.bodies.get(firstSeq) ?? null);
  }
  /** The next commit is durable. Its session operations as [kind, id, seq]. */
  commit(): number[][] {
    return this.seal()();
  }
  /** The same, when the function that is returned is called; what comes meanwhile goes with the one after it. */
  seal(): () => number[][] {
    const rows: number[][] = [];
    if (this.record.count > 0) {
      const reader = new RecordReader(this.record.finish(), 1);
      while (reader.next()) rows.push([reader.kind, reader.a, reader.b]);
    }
    this.chunks.write();
    for (const op of this.operations.splice(0)) if (op.op === "chunk_put") this.bodies.set(op.firstSeq, op.body);
    this.tails.sealed();
    const waiting = this.waiting.splice(0);
    return () => {
      for (const fn of waiting) fn();
      return rows;
    };
  }
}
function outletOf(host: Host, stored = 1): Outlet {
  const outlet = new Outlet("key", EVERYBODY, host);
  outlet.stored = stored;
  return outlet;
}
function connect(outlet: Outlet, maxInflight = 10): Outbox {
  const box = new Outbox(new BufferPool());
  outlet.maxInflight = maxInflight;
  outlet.link = { box, maxPacket: Number.POSITIVE_INFINITY, aliases: null, dirty: () => {} };
  outlet.resend();
  return box;
}
/** Appends a message that says its seq. */
function put(outlet: Outlet, seq: number, qos: 1 | 2, deadline = 0, size = 0): void {
  const text = utf8.encode(`${seq}${"x".repeat(size)}`);
  outlet.enqueue({ ...createDelivery(), qos, seq, series: 1, deadline, src: text, to: text.length });
}
/** What was sent since the last call: `seq/id`, with ! for DUP. */
function sent(box: Outbox): string[] {
  const found: string[] = [];
  let bytes: Uint8Array = new Uint8Array(0);
  box.blocked = false;
  box.flush({
    write: (b) => {
      bytes = b.slice();
      return b.length;
    },
  });
  const frame = createFrame();
  for (let at = 0; at < bytes.length; at = frame.bodyEnd) {
    readFrame(bytes, at, bytes.length, 1e9, frame);
    const packet = decode(4, bytes, frame);
    if (packet.type !== "publish") throw new Error(packet.type);
    const text = new TextDecoder().decode(packet.payload).replaceAll("x", "");
    found.push(`${text}/${packet.packetId}${packet.dup ? "!" : ""}`);
  }
  return found;
}

describe("sending", () => {
  test("docs/engine.md section 3: a stored QoS 2 delivery leaves when its identifier is durable; QoS 1 at once, told with it", () => {
    const host = new Host();
    const outlet = outletOf(host);
    const box = connect(outlet);
    put(outlet, 11, 1);
    put(outlet, 12, 2);
    put(outlet, 13, 1);
    put(outlet, 14, 2);
    outlet.pump(0);
    expect(sent(box)).toEqual(["11/1", "13/3"]);
    expect(host.commit()).toEqual([
      [Kind.Passed, 11, 1],
      [Kind.OutAssigned, 2, 12],
      [Kind.Passed, 13, 3],
      [Kind.OutAssigned, 4, 14],
    ]);
    expect(sent(box)).toEqual(["12/2", "14/4"]);
  });

  test("[MQTT-3.3.4-9] a session that goes on is sent its window again only as far as the new receive maximum", () => {
    const host = new Host();
    const outlet = outletOf(host);
    let box = connect(outlet);
    for (let seq = 1; seq <= 5; seq++) put(outlet, seq, 1);
    outlet.pump(0);
    expect(sent(box)).toEqual(["1/1", "2/2", "3/3", "4/4", "5/5"]);
    outlet.acknowledge(2);
    outlet.link = null;
    box = connect(outlet, 3);
    put(outlet, 6, 1);
    outlet.pump(0);
    expect(sent(box)).toEqual(["1/1!", "3/3!"]);
    expect(outlet.pause).toBe("inflight_full");
    outlet.acknowledge(1);
    outlet.pump(0);
    expect(sent(box)).toEqual(["4/4!", "5/5!"]);
    outlet.acknowledge(3);
    outlet.pump(0);
    expect(sent(box)).toEqual(["6/6"]);
    for (const id of [4, 5, 6]) outlet.acknowledge(id);
    expect([outlet.waiting, outlet.window.count, outlet.queue?.bytes]).toEqual([0, 0, 0]);
  });

  test("a client that never acknowledges makes the queue overflow, not grow; the oldest go, what is in flight stays", () => {
    const host = new Host(100);
    const outlet = outletOf(host, 0);
    const box = connect(outlet, 2);
    for (let seq = 1; seq <= 10_000; seq++) {
      put(outlet, seq, 1);
      outlet.pump(0);
    }
    expect(outlet.waiting).toBeLessThanOrEqual(102);
    expect(outlet.queue?.bytes).toBeLessThan(10_000);
    expect(outlet.dropped).toBe(10_000 - outlet.waiting);
    expect(sent(box)).toEqual(["1/1", "2/2"]);
    outlet.acknowledge(1);
    outlet.acknowledge(2);
    outlet.pump(0);
    expect(sent(box)).toEqual(["9901/3", "9902/4"]);
  });

  test("[MQTT-4.6.0-6] what follows a message that was dropped leaves when the drop is durable, in order, however many drop", () => {
    const host = new Host(3);
    const outlet = outletOf(host);
    for (let seq = 1; seq <= 5; seq++) put(outlet, seq, 1);
    const box = connect(outlet);
    outlet.pump(0);
    expect(sent(box)).toEqual([]);
    // the drops come first, then who was given an identifier
    expect(host.commit()).toEqual(
      [1, 2].map((seq) => [Kind.Passed, seq, 0]).concat([3, 4, 5].map((seq, i) => [Kind.OutAssigned, i + 1, seq])),
    );
    expect(sent(box)).toEqual(["3/1", "4/2", "5/3"]);
    put(outlet, 6, 1);
    outlet.pump(0);
    expect(sent(box)).toEqual(["6/4"]);
  });

  test("drops that never end hold back nothing for more than two commits", () => {
    const host = new Host(3);
    const outlet = outletOf(host);
    const box = connect(outlet, 2);
    const got: number[] = [];
    let land = host.seal();
    for (let seq = 1, id = 1; seq <= 60; seq++) {
      put(outlet, seq, 1);
      outlet.pump(0);
      if (seq % 6 > 0) continue;
      // one commit is always under way while the next is filled
      land();
      land = host.seal();
      for (const one of sent(box)) {
        got.push(Number.parseInt(one, 10));
        outlet.acknowledge(id++);
      }
    }
    expect(outlet.dropped).toBeGreaterThan(20);
    expect(got.length).toBeGreaterThan(8);
    expect(got).toEqual(got.toSorted((x, y) => x - y));
  });

  test("what follows one that is held back for its commit does not overtake it", () => {
    const host = new Host(2);
    const outlet = outletOf(host);
    for (let seq = 1; seq <= 3; seq++) put(outlet, seq, 1);
    const box = connect(outlet);
    const land = host.seal();
    outlet.pump(0);
    land(); // the drop is durable, what was given an identifier behind it is not yet
    put(outlet, 4, 1);
    outlet.pump(0);
    expect(sent(box)).toEqual([]);
    expect(outlet.pause).toBe("awaits_commit");
    host.commit();
    outlet.pump(0);
    expect(sent(box)).toEqual(["2/1", "3/2", "4/3"]);
  });

  test("large messages overflow the queue by their bytes", () => {
    const host = new Host(100_000, 20_000);
    const outlet = outletOf(host, 0);
    const box = connect(outlet, 2);
    for (let seq = 1; seq <= 5000; seq++) {
      put(outlet, seq, 1);
      outlet.pump(0);
    }
    expect(outlet.queue?.bytes).toBeLessThan(20_100);
    expect(outlet.dropped).toBe(5000 - outlet.waiting);
    expect(host.metrics.queueDropped).toBe(outlet.dropped);
    expect(sent(box)).toEqual(["1/1", "2/2"]);
  });

  test("a client that takes everything and answers nothing is sent no more bytes than may wait for it", () => {
    for (const stored of [0, 1]) {
      const host = new Host(100_000, 20_000);
      const outlet = outletOf(host, stored);
      const box = connect(outlet, 60_000);
      const came: string[] = [];
      for (let seq = 1; seq <= 500; seq++) {
        put(outlet, seq, 1, 0, 1000);
        outlet.pump(0);
        came.push(...sent(box));
      }
      expect(came.length).toBeLessThan(25);
      expect(outlet.pause).toBe("inflight_full");
      expect(outlet.queue?.bytes).toBeLessThan(42_000);
      // each answer lets the next one go, until nothing waits
      for (let id = 1; id <= came.length; id++) {
        outlet.acknowledge(id);
        for (let turn = 0; turn < 3; turn++) {
          host.commit();
          outlet.pump(0);
        }
        came.push(...sent(box));
      }
      expect(came.length + outlet.dropped).toBe(500);
      expect(outlet.waiting).toBe(0);
    }
  });

  test("expired messages and those that may not be read any more leave the queue, also behind one in flight [MQTT-3.3.2-5]", () => {
    const host = new Host();
    const outlet = outletOf(host);
    const box = connect(outlet);
    put(outlet, 1, 1);
    for (let seq = 2; seq <= 50; seq++) put(outlet, seq, seq % 2 === 0 ? 2 : 1, 100);
    put(outlet, 51, 1);
    outlet.pump(200e6);
    expect(sent(box)).toEqual(["1/1", "51/2"]);
    expect(outlet.waiting).toBe(2);
    host.readable = false;
    put(outlet, 52, 2);
    outlet.pump(200e6);
    expect(sent(box)).toEqual([]);
    expect(outlet.waiting).toBe(2);
  });

  test("a right that is lost while the identifier becomes durable is obeyed", () => {
    const host = new Host();
    const outlet = outletOf(host);
    const box = connect(outlet);
    put(outlet, 1, 2);
    outlet.pump(0);
    host.readable = false;
    host.commit();
    expect(sent(box)).toEqual([]);
    expect(host.commit()).toEqual([[Kind.OutDone, 1, 0]]);
    expect(outlet.waiting).toBe(0);
  });

  test("a PUBREL goes out again only when its PUBREC is durable", () => {
    const host = new Host();
    const outlet = outletOf(host);
    connect(outlet);
    put(outlet, 1, 2);
    outlet.pump(0);
    host.commit();
    outlet.received(1);
    outlet.link = null;
    connect(outlet);
    outlet.pump(0);
    expect(host.pubrels).toEqual([]);
    host.commit();
    expect(host.pubrels).toEqual([1]);
  });
});

describe("the backlog", () => {
  const SIZE = 1000;
  /** Where chunks are small, for there are many sessions. */
  const crowded = (maxQueued = 1000): Host => new Host(maxQueued, 1e6, 1e6);
  test("chunks are read back only when durable, in order; what comes back asks for a checkpoint, and what is written does not", async () => {
    const host = crowded();
    host.metrics.sessions = 100;
    const outlet = outletOf(host);
    for (let seq = 1; seq <= 60; seq++) put(outlet, seq, 1, 0, SIZE);
    expect(outlet.waiting).toBe(60);
    expect(outlet.queue?.bytes).toBeLessThan(10_000);
    const { chunkCount } = outlet.backlog;
    expect(chunkCount).toBeGreaterThan(3);
    expect(host.due).toBe(0);
    const box = connect(outlet, 1000);
    // nothing of it is in the file yet: it comes from memory
    const early: string[] = [];
    for (let id = 1; id <= 60; id++) {
      outlet.pump(0);
      early.push(...sent(box));
      outlet.acknowledge(id);
    }
    expect(host.due).toBe(chunkCount);
    expect(early).toEqual(Array.from({ length: 60 }, (_, i) => `${i + 1}/${i + 1}`));
    expect([outlet.waiting, outlet.queue?.bytes]).toEqual([0, 0]);

    outlet.link = null;
    for (let seq = 61; seq <= 90; seq++) put(outlet, seq, 1, 0, SIZE);
    host.commit();
    const again = connect(outlet, 1000);
    const late: string[] = [];
    for (let turn = 0; turn < 20 && late.length < 30; turn++) {
      outlet.pump(0);
      late.push(...sent(again));
      await Promise.resolve();
      await Promise.resolve();
    }
    expect(late).toEqual(Array.from({ length: 30 }, (_, i) => `${i + 61}/${i + 61}`));
  });

  test("behind a full window chunks stay where they are, and cost no checkpoint; an answer brings them", async () => {
    const host = new Host();
    const outlet = outletOf(host);
    const box = connect(outlet, 300);
    for (let seq = 1; seq <= 600; seq++) put(outlet, seq, 1, 0, SIZE);
    outlet.maxInflight = 20;
    expect(outlet.backlog.chunkCount).toBeGreaterThan(3);
    for (let turn = 0; turn < 20; turn++) {
      outlet.pump(0);
      sent(box);
    }
    expect([outlet.pause, outlet.window.count, host.due]).toEqual(["inflight_full", outlet.maxInflight, 0]);
    const inMemory = outlet.queue?.count ?? 0;
    const came: string[] = [];
    for (let id = 1; came.length <= inMemory - 20; id++) {
      outlet.acknowledge(id);
      expect(host.due).toBe(0);
      outlet.pump(0);
      came.push(...sent(box));
    }
    expect(came).toEqual(Array.from({ length: came.length }, (_, i) => `${i + 21}/${i + 21}`));
    expect(host.due).toBeGreaterThan(0);
  });

  /** KiB in memory of a session beside so many others that is sent all at once, and answers so many of the first. */
  function inMemory(sessions: readonly number[], answers: number): number[] {
    return sessions.map((sessions) => {
      const host = new Host(10_000);
      host.metrics.sessions = sessions;
      const outlet = outletOf(host);
      const box = connect(outlet, 10_000);
      for (let seq = 1; seq <= answers; seq++) {
        put(outlet, seq, 1, 0, SIZE);
        outlet.pump(0);
        expect(sent(box)).toHaveLength(1);
        outlet.acknowledge(seq);
      }
      for (let seq = answers + 1; seq <= answers + 600; seq++) {
        put(outlet, seq, 1, 0, SIZE);
        outlet.pump(0);
        sent(box);
      }
      expect(outlet.waiting).toBe(600);
      return Math.round((outlet.queue?.bytes ?? 0) / 1024);
    });
  }
  const about = (...most: number[]) => most.map((kib) => expect.closeTo(kib, -1));
  test("who answers has more in flight, up to a bound; of very many connected sessions each has less in memory", () => {
    expect(inMemory([1, 1000, 4096, 100_000], 600)).toEqual(about(256, 256, 64, 32));
    expect(inMemory([1, 1000], 100)).toEqual(about(132, 132));
  });
  test("who never answers is sent little, and has little in memory", () => {
    expect(inMemory([1, 1000, 4096, 100_000], 0)).toEqual(about(64, 64, 64, 32));
  });
  test("who comes back has to answer once more before it is sent much", () => {
    const outlet = outletOf(new Host(10_000));
    connect(outlet, 10_000);
    const flight = (from: number): number => {
      for (let seq = from; seq < from + 400; seq++) {
        put(outlet, seq, 1, 0, SIZE);
        outlet.pump(0);
      }
      return outlet.window.count;
    };
    const box = connect(outlet, 10_000);
    for (let seq = 1; seq <= 300; seq++) {
      put(outlet, seq, 1, 0, SIZE);
      outlet.pump(0);
      sent(box);
      outlet.acknowledge(seq);
    }
    for (let seq = 301; seq < 700; seq++) {
      put(outlet, seq, 1, 0, SIZE);
      outlet.pump(0);
      sent(box);
    }
    expect(outlet.window.count).toBeGreaterThan(240);
    for (let id = 301; id < 1000; id++) outlet.acknowledge(id);
    outlet.link = null;
    connect(outlet, 10_000);
    expect(flight(1000)).toBeLessThan(40);
  });

  test("a session that ends, or drops the chunk, while it is read: nothing comes of it, and the next one is asked for", async () => {
    const host = crowded(30);
    host.metrics.sessions = 100;
    const outlet = outletOf(host);
    for (let seq = 1; seq <= 30; seq++) put(outlet, seq, 1, 0, SIZE);
    host.commit();
    const box = connect(outlet, 1000);
    outlet.pump(0);
    const first = sent(box).length;
    expect(outlet.pause).toBe("loads_chunk");
    outlet.backlog.dropOldest();
    await Promise.resolve();
    await Promise.resolve();
    outlet.pump(0);
    await Promise.resolve();
    await Promise.resolve();
    outlet.pump(0);
    const [next] = sent(box);
    expect(Number(next?.split("/")[0])).toBeGreaterThan(first + 5);
    outlet.discard();
    await Promise.resolve();
    outlet.pump(0);
    expect([sent(box), outlet.waiting]).toEqual([[], 0]);
  });
});

describe("after a crash", () => {
  /** The session as a new server finds it. */
  function recovered(state: Uint8Array): Outlet {
    const outlet = outletOf(new Host());
    unpackState(outlet, state);
    return outlet;
  }
  const states = (outlet: Outlet): [number, number][] =>
    Array.from({ length: outlet.window.count }, (_, i) => [outlet.window.packetId(i), outlet.window.stateAt(i)]);

  test("a checkpoint brings back queue, window and the identifiers of incoming publishes", () => {
    const host = new Host();
    const outlet = outletOf(host);
    const box = connect(outlet);
    for (let seq = 1; seq <= 6; seq++) put(outlet, seq, 2);
    outlet.maxInflight = 4;
    outlet.pump(0);
    host.commit();
    sent(box);
    outlet.received(1);
    outlet.acknowledge(2);
    const other = outletOf(new Host());
    expect(unpackState(other, packState(outlet, new Set([7, 9]), 3))).toEqual({ received: new Set([7, 9]), token: 3 });
    expect(states(other)).toEqual(states(outlet));
    const again = connect(other);
    other.pump(0);
    expect(sent(again)).toEqual(["3/3!", "4/4!"]);
  });

  test("log rows from before the checkpoint change nothing", () => {
    const outlet = outletOf(new Host());
    connect(outlet);
    for (let seq = 1; seq <= 3; seq++) put(outlet, seq, 1);
    outlet.pump(0);
    for (const id of [1, 2, 3]) outlet.acknowledge(id);
    put(outlet, 4, 2);
    const other = recovered(packState(outlet, new Set(), 3));
    for (const id of [1, 2, 3]) {
      log.assigned(other, id, id);
      log.received(other, id);
      log.done(other, id);
    }
    log.acked(other, 3);
    expect([other.waiting, other.window.count]).toEqual([1, 0]);
    expect(other.window.packetId(0)).toBe(4);
  });

  test("assigned, received, done: each message is where the client's answers put it; gaps are what was done or passed over", () => {
    const empty = packState(outletOf(new Host()), new Set(), 3);
    const outlet = recovered(empty);
    for (let seq = 10; seq <= 16; seq++) put(outlet, seq, seq === 12 ? 1 : 2);
    log.assigned(outlet, 2, 11); // 10 had identifier 1, and is done
    log.assigned(outlet, 3, 12);
    log.assigned(outlet, 4, 14); // 13 was passed over
    log.received(outlet, 2);
    log.done(outlet, 4);
    expect(states(outlet).slice(0, 2)).toEqual([
      [2, SLOT_RECEIVED],
      [3, SLOT_SENT],
    ]);
    const box = connect(outlet);
    outlet.pump(0);
    expect(sent(box)).toEqual(["12/3!"]);
    log.acked(outlet, 14);
    expect(outlet.waiting).toBe(2);
  });

  test("a message that no replay finds: the identifier that the client may hold is freed by a PUBREL, and not used before", () => {
    const outlet = recovered(packState(outletOf(new Host()), new Set(), 3));
    put(outlet, 20, 2);
    log.assigned(outlet, 5, 17);
    expect(states(outlet)).toEqual([[5, SLOT_RECEIVED]]);
    const host = new Host();
    const moved = outletOf(host);
    unpackState(moved, packState(outlet, new Set(), 3));
    connect(moved);
    moved.pump(0);
    expect(host.commit()).toEqual([[Kind.OutAssigned, 6, 20]]);
    expect(host.pubrels).toEqual([5]);
  });

  test("everything up to an acknowledged seq is gone, with messages that have none between; the rest is sent", () => {
    const outlet = recovered(packState(outletOf(new Host()), new Set(), 3));
    for (const seq of [1, 0, 2, 0, 3]) put(outlet, seq, 1);
    log.acked(outlet, 2);
    const box = connect(outlet);
    outlet.pump(0);
    expect(sent(box).map((s) => s.split("/")[0])).toEqual(["0", "3"]);
  });
});
