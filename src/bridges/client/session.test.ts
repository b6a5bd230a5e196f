import { describe, expect, test } from "bun:test";
import type { ConnackPacket, Packet, PublishPacket } from "../../codec/index.ts";
import { RemoteSession } from "./session.ts";

/** The client's half of a session against a broker as the standard has it, over lines that are cut anywhere. */

const bytes = (n: number) => new TextEncoder().encode(String(n));
const number = (payload: Uint8Array) => Number(new TextDecoder().decode(payload));
function seeded(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761 + 1;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A broker that takes what is published, and publishes itself; it keeps its session unless it is told to lose it. */
class Broker {
  /** What it took, in order. */
  readonly got: number[] = [];
  readonly held = new Map<number, number>();
  readonly sending = new Map<number, { readonly packet: PublishPacket; released: boolean }>();
  private nextId = 1;
  private next = 0;
  unanswered = 0;
  constructor(readonly receiveMaximum: number) {}

  /** @returns its answers */
  take(packet: Packet): Packet[] {
    switch (packet.type) {
      case "publish": {
        const { packetId = 0, qos, payload } = packet;
        if (qos > 0) this.unanswered++;
        if (this.unanswered > this.receiveMaximum) throw new Error("more than the Receive Maximum");
        if (qos < 2) this.got.push(number(payload));
        else if (!this.held.has(packetId)) this.held.set(packetId, number(payload));
        if (qos === 0) return [];
        return [{ type: qos === 1 ? "puback" : "pubrec", packetId, reasonCode: 0 }];
      }
      case "pubrel": {
        const n = this.held.get(packet.packetId);
        if (n !== undefined) this.got.push(n);
        this.held.delete(packet.packetId);
        return [{ type: "pubcomp", packetId: packet.packetId, reasonCode: 0 }];
      }
      case "puback":
        this.sending.delete(packet.packetId);
        return [];
      case "pubrec": {
        const one = this.sending.get(packet.packetId);
        if (one !== undefined) one.released = true;
        return [{ type: "pubrel", packetId: packet.packetId, reasonCode: 0 }];
      }
      case "pubcomp":
        this.sending.delete(packet.packetId);
        return [];
      default:
        return [];
    }
  }
  publish(qos: 1 | 2): Packet {
    while (this.sending.has(this.nextId)) this.nextId = (this.nextId % 20) + 1;
    const packet: PublishPacket = {
      type: "publish",
      topic: "t",
      payload: bytes(this.next++),
      qos,
      dup: false,
      retain: false,
      packetId: this.nextId,
    };
    this.sending.set(this.nextId, { packet, released: false });
    this.nextId = (this.nextId % 20) + 1;
    return packet;
  }
  again(): Packet[] {
    this.unanswered = 0;
    return [...this.sending].map(
      ([packetId, { packet, released }]): Packet =>
        released ? { type: "pubrel", packetId, reasonCode: 0 } : { ...packet, dup: true },
    );
  }
}

interface Run {
  readonly sent: number;
  readonly broker: Broker;
  readonly acknowledged: number[];
  /** What came here and was stored. */
  readonly came: number[];
  readonly published: number;
}
function run(seed: number, qos: 0 | 1 | 2, losesSession: boolean): Run {
  const random = seeded(seed);
  const broker = new Broker(1 + random(10));
  const up: Packet[] = [];
  const down: Packet[] = [];
  /** Commits that are not durable yet. */
  const commits: (() => void)[] = [];
  const [acknowledged, came]: [number[], number[]] = [[], []];
  let isOpen = false;
  const session = new RemoteSession<number>({
    send: (packet) => isOpen && up.push(packet),
    message(packet, done) {
      const n = number(packet.payload);
      if (done === null) came.push(n);
      else
        commits.push(() => {
          came.push(n);
          done(true);
        });
    },
    released: (_, done) => void commits.push(done),
    acknowledged: (token) => acknowledged.push(token),
    subscribed: () => {},
    room: () => {},
  });
  const open = (sessionPresent: boolean) => {
    isOpen = true;
    const connack: ConnackPacket = {
      type: "connack",
      sessionPresent,
      reasonCode: 0,
      properties: { receiveMaximum: broker.receiveMaximum },
    };
    down.push(...broker.again());
    session.opened(5, connack);
  };
  const step = () => {
    const packet = up.shift();
    if (packet !== undefined) {
      if (packet.type === "puback" || packet.type === "pubcomp" || packet.type === "pubrec")
        down.push(...broker.take(packet));
      else
        for (const answer of broker.take(packet)) {
          down.push(answer);
        }
    }
    const back = down.shift();
    if (back === undefined) return;
    if (back.type === "puback" || back.type === "pubcomp") broker.unanswered--;
    session.packet(back);
  };
  open(false);
  let [sent, published] = [0, 0];
  for (let i = 0; i < 600; i++) {
    const what = random(20);
    if (what === 0) {
      isOpen = false;
      session.closed();
      up.length = down.length = 0;
      const isLost = losesSession && random(3) === 0;
      if (isLost) {
        broker.held.clear();
        broker.sending.clear();
      }
      open(!isLost);
    } else if (what < 8 && (qos === 0 || session.room > 0)) {
      session.publish({ topic: "t", payload: bytes(sent), qos, retain: false, token: sent }, () => 0);
      sent++;
    } else if (what < 11 && qos > 0 && broker.sending.size < 15)
      down.push(broker.publish(qos === 2 ? 2 : 1)) && published++;
    else if (what < 14) commits.shift()?.();
    else step();
  }
  for (let i = 0; i < 4000 && (up.length > 0 || down.length > 0 || commits.length > 0); i++) {
    commits.shift()?.();
    step();
  }
  return { sent, broker, acknowledged, came, published };
}
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);
const once = (all: readonly number[]) => [...new Set(all)];
const SEEDS = upTo(60);

describe("over lines that are cut anywhere", () => {
  test.each([1, 2] as const)(
    "QoS %d: nothing is lost, order stays, at QoS 2 nothing is doubled, the Receive Maximum holds",
    (qos) => {
      for (const seed of SEEDS) {
        const { sent, broker, acknowledged, came, published } = run(seed, qos, false);
        expect([seed, once(broker.got)]).toEqual([seed, upTo(sent)]);
        expect([seed, acknowledged.toSorted((a, b) => a - b)]).toEqual([seed, upTo(sent)]);
        expect([seed, once(came)]).toEqual([seed, upTo(published)]);
        if (qos === 2) expect([seed, broker.got.length, came.length]).toEqual([seed, sent, published]);
      }
    },
  );
  test("a remote that forgets the session gets everything that it has not acknowledged once more", () => {
    for (const seed of SEEDS) {
      const { sent, broker, acknowledged } = run(seed, 2, true);
      expect([seed, once(broker.got).toSorted((a, b) => a - b)]).toEqual([seed, upTo(sent)]);
      expect([seed, acknowledged.length]).toEqual([seed, sent]);
    }
  });
});

describe("what a remote allows", () => {
  const opened = (properties: ConnackPacket["properties"], version: 4 | 5 = 5) => {
    const sent: Packet[] = [];
    const session = new RemoteSession<number>({
      send: (packet) => void sent.push(packet),
      message: () => {},
      released: (_, done) => done(),
      acknowledged: () => {},
      subscribed: () => {},
      room: () => {},
    });
    session.opened(version, {
      type: "connack",
      sessionPresent: false,
      reasonCode: 0,
      ...(properties && { properties }),
    });
    const publish = (topic: string, size = 0) =>
      session.publish(
        { topic, payload: bytes(1), qos: 2, retain: true, properties: { contentType: "x" }, token: 1 },
        () => size,
      );
    return { session, sent, publish };
  };
  test("its Maximum QoS, and no RETAIN where it keeps nothing", () => {
    const { sent, publish } = opened({ maximumQos: 1, retainAvailable: false });
    publish("a");
    expect(sent).toMatchObject([{ type: "publish", qos: 1, retain: false }]);
  });
  test("its Maximum Packet Size: what is larger is not sent, and takes no room", () => {
    const { session, sent, publish } = opened({ maximumPacketSize: 100 });
    expect([publish("a", 101), publish("a", 100), session.inFlight, sent.length]).toEqual([false, true, 1, 1]);
  });
  test("its Topic Alias Maximum: the first topics get one, and are named once", () => {
    const { sent, publish } = opened({ topicAliasMaximum: 2 });
    for (const topic of ["a", "b", "c", "a", "c"]) publish(topic);
    expect(sent.map((one) => (one.type === "publish" ? [one.topic, one.properties?.topicAlias] : []))).toEqual([
      ["a", 1],
      ["b", 2],
      ["c", undefined],
      ["", 1],
      ["c", undefined],
    ]);
  });
  test("no properties in 3.1.1", () => {
    const { sent, publish } = opened(undefined, 4);
    publish("a");
    expect(sent[0]).not.toHaveProperty("properties");
  });
  test("what only clients send ends the connection", () => {
    const { session } = opened({});
    expect(() => session.packet({ type: "pingreq" })).toThrow("only clients");
    expect(() =>
      session.packet({
        type: "publish",
        topic: "",
        payload: bytes(1),
        qos: 0,
        dup: false,
        retain: false,
        properties: { topicAlias: 1 },
      }),
    ).toThrow("alias");
  });
});
