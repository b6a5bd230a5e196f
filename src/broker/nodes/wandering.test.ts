import { expect, test } from "bun:test";
import { RecordReader } from "../../store/record.ts";
import { Nodes } from "../nodes.testing.ts";
import { Wanderer } from "./wanderer.testing.ts";

const SEEDS = Number(process.env.FIELDCAST_WANDERINGS ?? 25);
const FIRST = Number(process.env.FIELDCAST_WANDERING ?? 1);
const STEPS = 160;
const text = new TextDecoder();

function chance(seed: number): (n: number) => number {
  let state = seed * 7919;
  return (n) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % n;
  };
}
/** Values of measurements in the log, in order. */
function measured(nodes: Nodes): string[] {
  const found: string[] = [];
  for (const { firstSeq, body } of nodes.records) {
    const reader = new RecordReader(body, firstSeq);
    while (reader.next()) if (reader.isMeasurement) found.push(`${reader.value}`);
  }
  return found;
}
/** Payloads of a free topic in the log, as often as they are there. */
function storedOf(nodes: Nodes, topic: string): string[] {
  const found: string[] = [];
  for (const { firstSeq, body } of nodes.records) {
    const reader = new RecordReader(body, firstSeq);
    while (reader.next())
      if (reader.isMessage && text.decode(reader.buf.subarray(reader.topicAt, reader.propsAt)) === topic)
        found.push(text.decode(reader.buf.subarray(reader.payloadAt, reader.payloadEnd)));
  }
  return found;
}

async function wander(seed: number): Promise<void> {
  const next = chance(seed);
  const nodes = new Nodes(3);
  const publishers = [new Wanderer("p", [], 0), new Wanderer("q", [], 0)];
  const filters = ["t/#", "dtck/p/#"];
  const exact = new Wanderer("exact", filters, 2, true);
  const once = new Wanderer("once", filters, 1, true);
  const fickle = new Wanderer("fickle", filters, 0);
  const all = [...publishers, exact, once, fickle];
  const dead: number[] = [];
  let n = 0;
  const connect = (one: Wanderer): void => {
    const { alive } = nodes;
    const rig = alive[next(alive.length)];
    if (one === fickle) one.wish = { cleanStart: next(2) === 0, expiry: [0, 3, 100_000][next(3)] ?? 0 };
    if (rig) one.connect(rig);
  };
  const step = async (): Promise<void> => {
    const one = all[next(all.length)] as Wanderer;
    const what = next(100);
    if (what < 30) {
      const from = publishers[next(2)] as Wanderer;
      const qos = next(2) === 0 ? 1 : 2;
      if (from.unanswered >= 5) return;
      if (next(3) === 0) from.publish("dtck-pub/p/d1/T", `${++n}`, qos);
      else from.publish(`t/${from.name}`, `${from.name}${qos}-${++n}`, qos);
    } else if (what < 55) one.take();
    else if (what < 60) one.breaks();
    else if (what < 62) one.leaves();
    else if (what < 72) {
      if (!one.isIn || next(4) === 0) connect(one);
    } else if (what < 94) await nodes.tell(1 + next(3), 1 + next(4));
    else if (what < 96) for (const rig of nodes.alive) await rig.pass(1);
    else if (what < 98 && dead.length === 0 && next(2) === 0) {
      const number = 1 + next(3);
      nodes.kill(number);
      dead.push(number);
      for (const client of all) if (!nodes.alive.some((rig) => rig === client.rig)) client.gone();
    } else if (what >= 98 && dead.length > 0) await nodes.revive(dead.pop() as number);
  };
  for (const one of all) connect(one);
  for (let i = 0; i < 4; i++) {
    await nodes.settle();
    for (const one of all) one.take();
  }
  for (let i = 0; i < STEPS; i++) await step();

  // all come back, and everything arrives
  for (let round = 0; round < 40; round++) {
    for (const one of all) {
      one.take();
      if (one.wire === null) connect(one);
    }
    await nodes.settle();
    if (round % 8 === 7) for (const rig of nodes.alive) await rig.pass(1);
  }
  for (const one of all) one.take();

  const stored = new Map(publishers.map((from) => [from, storedOf(nodes, `t/${from.name}`)]));
  for (const one of all)
    expect({ seed, who: one.name, isIn: one.isIn, lost: one === fickle ? 0 : one.lost }).toEqual({
      seed,
      who: one.name,
      isIn: true,
      lost: 0,
    });
  for (const from of publishers) {
    const rows = stored.get(from) ?? [];
    for (const payload of from.acked.filter((one) => one.startsWith(from.name)))
      expect({ seed, payload, stored: rows.includes(payload) }).toEqual({ seed, payload, stored: true });
    // in the order of the log: of each publisher all at QoS 1, and where the QoS differs those of each [MQTT-4.6.0-6]
    const those = (got: readonly string[], start: string) => got.filter((payload) => payload.startsWith(start));
    const exactly = (start: string) => ({ got: those(exact.got, start), rows: those(rows, start) });
    const [atOne, atTwo] = [exactly(`${from.name}1`), exactly(`${from.name}2`)];
    expect({ seed, got: atTwo.got }).toEqual({ seed, got: atTwo.rows });
    expect({ seed, got: [...new Set(atOne.got)] }).toEqual({ seed, got: [...new Set(atOne.rows)] });
    const first = [...new Set(those(once.got, from.name))];
    expect({ seed, from: from.name, first }).toEqual({ seed, from: from.name, first: [...new Set(rows)] });
  }
  // measurements are published at QoS 2, whoever sent them
  const numbers = measured(nodes);
  const isNumber = (payload: string): boolean => /^[0-9]+$/.test(payload);
  const sent = publishers.flatMap(({ acked }) => acked.filter(isNumber));
  expect({ seed, missing: sent.filter((one) => !numbers.includes(one)) }).toEqual({ seed, missing: [] });
  expect({ seed, got: exact.got.filter(isNumber) }).toEqual({ seed, got: numbers });
  expect({ seed, got: [...new Set(once.got.filter(isNumber))] }).toEqual({ seed, got: [...new Set(numbers)] });
  for (const one of all) {
    const connected = nodes.alive.filter(({ broker }) => broker.sessions.get(`a:1\0${one.name}`)?.connection).length;
    const sessions = nodes.alive.filter(({ broker }) => broker.sessions.get(`a:1\0${one.name}`) !== undefined).length;
    expect({ seed, who: one.name, connected, sessions }).toEqual({ seed, who: one.name, connected: 1, sessions: 1 });
  }
  const maybe = new Set([...exact.maybe, ...once.maybe]);
  const wills = storedOf(nodes, "wills/w");
  expect({ seed, twice: wills.length - new Set(wills).size }).toEqual({ seed, twice: 0 });
  const sure = wills.filter((will) => !maybe.has(will)).sort();
  expect({ seed, sure }).toEqual({ seed, sure: [...exact.due, ...once.due].sort() });
}

test(
  "clients that go from node to node, of which some die and come back, miss nothing, get nothing twice, and have one session",
  async () => {
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) await wander(seed);
  },
  60_000 + SEEDS * 500,
);
