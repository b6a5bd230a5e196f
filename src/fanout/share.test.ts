import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Principal } from "../auth/principal.ts";
import { Metrics } from "../base/metrics.ts";
import type { DeviceNode } from "../fleet/nodes.ts";
import { createFrame, decode, readFrame } from "../codec/index.ts";
import { createDelivery } from "../session/delivery.ts";
import { createEntry } from "../session/queue.ts";
import { SLOT_SENT } from "../session/window.ts";
import { createTaken, Kind, RecordReader, RecordWriter } from "../store/record.ts";
import { packGroup, packState, unpackGroup, unpackState } from "./checkpoint.ts";
import { LogReplay } from "./log-replay.ts";
import type { OutletHost } from "./host.ts";
import type { Keeper } from "./keeper.ts";
import { QueueMemory } from "./memory.ts";
import { ChunkLine } from "./chunk-line.ts";
import { Ledger } from "./ledger.ts";
import { BufferPool, Outbox } from "./outbox.ts";
import { Outlet } from "./outlet.ts";
import { Tails } from "./tails.ts";
import { DeliveryProperties } from "./publish.ts";
import { ShareGroup } from "./share.ts";

const log = new LogReplay();

const utf8 = new TextEncoder();
const text = new TextDecoder();

/** The fan-out around a group; series n is of device n, and commits are immediate unless they are held. */
const STORE = { maxStoredBytesPerAccount: 1e9, maxStoredBytes: 1e9, maxTotalQueuedBytes: 1e9 };

class Host implements OutletHost {
  readonly metrics = new Metrics();
  readonly limits = { maxQueued: 100_000, maxQueuedBytes: 1e7, ...STORE, maxUnsent: 1e6 };
  readonly memory = new QueueMemory(this.limits, this.metrics, () => {});
  readonly ledger = new Ledger(this.limits, new Metrics(), () => {});
  readonly entry = createEntry();
  readonly delivery = createDelivery();
  readonly properties = new DeliveryProperties();
  readonly taken = createTaken();
  readonly tails = new Tails();
  readonly chunks = new ChunkLine(this);
  readonly recovering = false;
  readonly record = new RecordWriter(256);
  readonly gone = new Set<number>();
  private readonly touched = new Set<Keeper>();
  touch(keeper: Keeper): void {
    this.touched.add(keeper);
  }
  /** All that has something to do does it. */
  pump(): void {
    for (let turn = 0; turn < 10_000; turn++) {
      const [next] = this.touched;
      if (next === undefined) return;
      this.touched.delete(next);
      next.pump(0);
    }
    throw new Error("it does not come to rest");
  }
  deviceOf(series: number): ReturnType<OutletHost["deviceOf"]> {
    return { index: series } as ReturnType<OutletHost["deviceOf"]>; // only `index` is asked for
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
  operation(): void {}
  afterCommit(outlet: Outlet, id: number): void {
    outlet.committed(id, 0);
  }
  whenDurable(fn: () => void): void {
    fn();
  }
  checkpointDue(): void {}
  noteNews(): void {}
  sendPubrel(): void {}
  overflowed(): void {}
  another(): void {}
  readChunk(): Promise<null> {
    return Promise.resolve(null);
  }
  /** The rows that were recorded since the last call. */
  rows(): RecordReader {
    if (this.record.count === 0) this.record.session(Kind.Acked, 0, 0);
    return new RecordReader(this.record.finish(), 1);
  }
}
/** An account whose rights the test says; two with the same set are the same. */
class Account {
  readonly devices = new Set<number>();
  readonly principal: Principal;
  constructor() {
    const mayView = ({ index }: DeviceNode) => this.devices.has(index);
    const account = { key: "a:1", view: this.devices, mayView, mayReceiveName: () => false, epoch: 0, free: null };
    this.principal = account as unknown as Principal; // nothing else is asked for here
  }
  may(device: number, yes: boolean): this {
    if (yes) this.devices.add(device);
    else this.devices.delete(device);
    return this;
  }
}
function subscription(outlet: Outlet, qos: 0 | 1 | 2) {
  const options = { noLocal: false, retainAsPublished: false, retainHandling: 0, identifier: 0, sinceSeq: 0 } as const;
  return { ...options, outlet, filter: "$share/g/#", canonical: "#", shared: true, qos };
}
function join(group: ShareGroup, outlet: Outlet, qos: 0 | 1 | 2): void {
  group.join(subscription(outlet, qos));
  const member = group.members.get(outlet);
  if (member) outlet.share().members.add(member);
}
function connect(outlet: Outlet, maxInflight = 3): Outbox {
  const box = new Outbox(new BufferPool());
  outlet.maxInflight = maxInflight;
  outlet.link = { box, maxPacket: Number.POSITIVE_INFINITY, aliases: null, dirty: () => {} };
  outlet.resend();
  return box;
}
function put(group: ShareGroup, seq: number, device: number, word = String(seq)): void {
  const payload = utf8.encode(word);
  group.enqueue({ ...createDelivery(), qos: 2, seq, series: device, src: payload, to: payload.length });
}
/** What was sent since the last call: payload and packet identifier. */
function sent(outlet: Outlet): { word: string; id: number; dup: boolean }[] {
  let bytes: Uint8Array = new Uint8Array(0);
  const box = outlet.link?.box;
  box?.flush({
    write: (b) => {
      bytes = b.slice();
      return b.length;
    },
  });
  const found: { word: string; id: number; dup: boolean }[] = [];
  const frame = createFrame();
  for (let at = 0; at < bytes.length; at = frame.bodyEnd) {
    readFrame(bytes, at, bytes.length, 1e9, frame);
    const packet = decode(4, bytes, frame);
    if (packet.type === "publish")
      found.push({ word: text.decode(packet.payload), id: packet.packetId ?? 0, dup: packet.dup });
  }
  return found;
}
const words = (outlet: Outlet): string[] => sent(outlet).map(({ word }) => word);

type Step =
  | { readonly do: "put"; readonly device: number }
  | { readonly do: "connect" | "cut" | "ack" | "leave"; readonly who: number }
  | { readonly do: "rights"; readonly who: number; readonly device: number };
const who = fc.nat(3);
const device = fc.nat(2);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("put" as const), device }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom("connect", "cut", "ack", "leave"), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("rights" as const), who, device }) },
) as fc.Arbitrary<Step>; // constantFrom() widens `do`

test("property: whoever comes, goes, hesitates or loses rights: each message is delivered once, to one who may read it", () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 120 }),
      fc.array(fc.constantFrom(0 as const, 1 as const, 2 as const), { minLength: 4, maxLength: 4 }),
      fc.boolean(),
      (steps, levels, stored) => {
        const host = new Host();
        const group = new ShareGroup("w:1", "$share/g/#", "#", host);
        group.stored = stored ? 9 : 0;
        const all = new Account().may(0, true).may(1, true);
        const accounts = [all, all, new Account().may(1, true), new Account().may(2, true)];
        const outlets = accounts.map(({ principal }, i) => {
          const outlet = new Outlet(`key\0${i}`, principal, host);
          outlet.stored = stored && i !== 3 ? i + 1 : 0;
          join(group, outlet, i === 0 ? 2 : (levels[i] ?? 0));
          return outlet;
        });
        const delivered = new Map<string, number>();
        const unanswered = outlets.map((): number[] => []);
        const look = (): void => {
          host.pump();
          outlets.forEach((outlet, i) => {
            for (const { word, id, dup } of sent(outlet)) {
              const of = Number(word.split("/")[1]);
              if (!dup) {
                expect(accounts[i]?.devices.has(of)).toBe(true);
                delivered.set(word, (delivered.get(word) ?? 0) + 1);
              }
              if (id > 0) unanswered[i]?.push(id);
            }
          });
        };
        let seq = 0;
        let dropped = 0;
        const answer = (i: number): void => {
          for (const id of unanswered[i]?.splice(0) ?? []) outlets[i]?.acknowledge(id);
        };
        for (const s of steps) {
          const outlet = "who" in s ? (outlets[s.who] as Outlet) : (outlets[0] as Outlet); // 0..3
          if (s.do === "put") {
            seq++;
            if (group.some(({ view }) => view.has(s.device)))
              put(group, seq, s.device, `${seq}/${s.device}/${"x".repeat((seq * 7) % 30)}`);
            else dropped++;
          } else if (s.do === "connect" && outlet.link === null) connect(outlet);
          else if (s.do === "cut") {
            outlet.link = null;
            unanswered[s.who] = [];
          } else if (s.do === "ack") answer(s.who);
          else if (s.do === "leave" && s.who > 0) {
            const [member] = outlet.share().members;
            if (member) {
              outlet.share().members.clear();
              group.leave(outlet);
            } else join(group, outlet, levels[s.who] ?? 0);
          } else if (s.do === "rights") {
            const account = accounts[s.who];
            account?.may(s.device, !account.devices.has(s.device));
            group.review();
          }
          look();
        }
        for (let round = 0; round < 400; round++) {
          outlets.forEach((outlet, i) => {
            if (outlet.link === null) connect(outlet);
            answer(i);
          });
          look();
        }
        expect(group.waiting).toBe(0);
        expect([...delivered.values()].every((n) => n === 1)).toBe(true);
        expect(delivered.size + dropped + host.metrics.sharedDropped).toBe(seq);
      },
    ),
    { numRuns: 300 },
  );
});

describe("after a crash", () => {
  const everything = () => new Account().may(1, true).principal;
  function pair(principal = everything()) {
    const host = new Host();
    const group = new ShareGroup("w:1", "$share/g/#", "#", host);
    group.stored = 9;
    const outlet = new Outlet("key\0c", principal, host);
    outlet.stored = 1;
    join(group, outlet, 1);
    return { host, group, outlet };
  }
  /** Replays the takes that were recorded. */
  function replay(from: Host, to: ReturnType<typeof pair>): void {
    const rows = from.rows();
    while (rows.next())
      if (rows.kind === Kind.Taken) {
        to.group.replayTaken(rows.taken.seq, rows.taken.groupTakes);
        log.taken(to.outlet, rows.taken, to.group);
      }
  }
  test("a take moves the message from the group's queue to the session's, also behind ones of its own that were done", () => {
    const before = pair();
    connect(before.outlet);
    const own = utf8.encode("own");
    before.outlet.enqueue({ ...createDelivery(), qos: 1, seq: 40, series: 1, src: own, to: 3 });
    before.host.pump();
    expect(words(before.outlet)).toEqual(["own"]);
    before.outlet.acknowledge(1);
    put(before.group, 41, 1);
    before.host.pump();
    expect(sent(before.outlet)).toEqual([{ word: "41", id: 2, dup: false }]);

    const after = pair();
    after.outlet.enqueue({ ...createDelivery(), qos: 1, seq: 40, series: 1, src: own, to: 3 });
    put(after.group, 41, 1);
    replay(before.host, after);
    log.acked(after.outlet, 40);
    expect([after.group.waiting, after.outlet.waiting, after.outlet.window.packetId(0)]).toEqual([0, 1, 2]);
    connect(after.outlet);
    after.host.pump();
    expect(sent(after.outlet)).toEqual([{ word: "41", id: 2, dup: true }]);
  });
  test("takes that a checkpoint knows change nothing: not what came back to the group, nor what a session has done", () => {
    const before = pair();
    connect(before.outlet);
    put(before.group, 1, 1);
    before.host.pump();
    expect(words(before.outlet)).toEqual(["1"]);
    const session = packState(before.outlet, new Set(), 0);
    before.outlet.share().members.clear();
    join(before.group, new Outlet("key\0d", everything(), before.host), 1);
    before.group.leave(before.outlet);
    before.outlet.discard();
    expect(before.group.waiting).toBe(1);
    const group = packGroup(before.group);

    const after = pair();
    unpackGroup(after.group, group);
    unpackState(after.outlet, session, () => after.group);
    replay(before.host, after);
    expect([after.group.waiting, after.outlet.waiting]).toEqual([1, 1]);
    expect([after.outlet.window.stateAt(0), after.outlet.share().taken.size]).toEqual([SLOT_SENT, 1]);
  });
  test("a checkpoint of the group holds what sessions that are not stored have in flight, in its order", () => {
    const before = pair();
    before.outlet.stored = 0;
    connect(before.outlet, 2);
    for (let seq = 1; seq <= 4; seq++) put(before.group, seq, 1);
    before.host.pump();
    expect(words(before.outlet)).toEqual(["1", "2"]);
    before.outlet.acknowledge(1);
    before.host.pump();
    expect(words(before.outlet)).toEqual(["3"]);
    const after = pair();
    unpackGroup(after.group, packGroup(before.group));
    connect(after.outlet, 10);
    after.host.pump();
    expect(words(after.outlet)).toEqual(["2", "3", "4"]);
    // as when its session ends while another is there
    const next = new Outlet("key\0d", everything(), before.host);
    join(before.group, next, 1);
    before.group.leave(before.outlet);
    before.outlet.discard();
    connect(next);
    before.host.pump();
    expect(words(next)).toEqual(["2", "3", "4"]);
  });
});

test("a group holds on to no session that has ended, nor a session to a group", () => {
  for (const stored of [0, 9]) {
    const host = new Host();
    const group = new ShareGroup("w:1", "$share/g/#", "#", host);
    group.stored = stored;
    const all = new Account().may(0, true);
    const stays = new Outlet("key\0stays", all.principal, host);
    join(group, stays, 1);
    for (let n = 1; n <= 20; n++) {
      const outlet = new Outlet(`key\0${n}`, all.principal, host);
      join(group, outlet, 1);
      connect(outlet);
      put(group, n, 0);
      host.pump();
      const [only] = sent(outlet);
      expect(only?.word).toBe(String(n));
      // every other one ends with its message in flight, which goes back
      if (n % 2 === 0) outlet.acknowledge(only?.id ?? 0);
      outlet.share().members.clear();
      group.leave(outlet);
      outlet.discard();
      if (n % 2 === 1) expect(group.waiting).toBe(1);
      while (group.waiting > 0) {
        connect(stays);
        host.pump();
        for (const { id } of sent(stays)) stays.acknowledge(id);
        stays.link = null;
      }
      expect([...group.out].filter((one) => one !== stays)).toEqual([]);
    }
    group.end();
    expect(group.out.size).toBe(0);
    expect(stays.share().lenders.size).toBe(0);
  }
});
