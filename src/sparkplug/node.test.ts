import { expect, test } from "bun:test";
import fc from "fast-check";
import { fieldIdOf, isOfSession, serialOf } from "./names.ts";
import { EdgeNode } from "./node.ts";
import type { Happening, Moment } from "./node-types.ts";
import { commandTopic, type MessageType, readTopic, speakerOf, stateTopic } from "./topics.ts";
import { type Metric, type Payload, PLAIN_METRIC } from "./types.ts";
import { Definitions } from "./definitions.ts";

const SECOND = 1_000_000;
const at = (seconds: number): Moment => ({ steady: seconds * SECOND, wall: 5e15 + seconds * SECOND });
const metric = (name: string | null, value: bigint | number, alias: bigint | null = null): Metric => ({
  ...PLAIN_METRIC,
  name,
  alias,
  type: name === null ? null : typeof value === "bigint" ? "Int64" : "Double",
  value,
});
const payload = (seq: number | null, metrics: readonly Metric[] = []): Payload => ({
  timestamp: 1000,
  metrics,
  seq,
  uuid: null,
  body: null,
});
const bdSeq = (value: bigint) => metric("bdSeq", value);

/** A node that is told messages, and what they came to as short texts. */
class Rig {
  readonly node: EdgeNode;
  constructor(reorder = 5) {
    this.node = new EdgeNode({ reorder: () => reorder * SECOND });
  }
  tell(
    type: MessageType,
    seq: number | null,
    seconds = 0,
    metrics: readonly Metric[] = [],
    device: string | null = null,
  ) {
    return this.node.handle({ type, device, payload: payload(seq, metrics) }, at(seconds)).map(said);
  }
  born(session: bigint, seconds = 0, metrics: readonly Metric[] = [metric("t", 1.5, 1n)]) {
    return this.tell("NBIRTH", 0, seconds, [bdSeq(session), ...metrics]);
  }
  due(seconds: number) {
    return this.node.due(at(seconds)).map(said);
  }
}
function said(one: Happening): string {
  if (one.is === "ask") return `ask: ${one.reason}`;
  const who = one.device ?? "node";
  return one.is === "died"
    ? `died ${who}`
    : `${one.is} ${who} ${one.metrics.map((m) => `${m.name}=${m.value}`).join(" ")}`;
}

test("a birth, data by alias and by name, a death: births say what data mean", () => {
  const rig = new Rig();
  expect(rig.born(3n)).toEqual(["born node bdSeq=3 t=1.5"]);
  expect(rig.tell("DBIRTH", 1, 0, [metric("rpm", 7n, 9n)], "pump")).toEqual(["born pump rpm=7"]);
  expect(rig.tell("NDATA", 2, 0, [metric(null, 2.5, 1n)])).toEqual(["data node t=2.5"]);
  expect(rig.tell("DDATA", 3, 0, [metric(null, 8n, 9n)], "pump")).toEqual(["data pump rpm=8"]);
  expect(rig.tell("DDEATH", 4, 1, [], "pump")).toEqual(["died pump"]);
  expect(rig.node.parts.get("pump")).toMatchObject({ alive: false, since: at(1).wall });
  expect(rig.tell("NDEATH", null, 2, [bdSeq(3n)])).toEqual(["died node"]);
  expect(rig.node.alive).toBe(false);
});

test("tck-id-operational-behavior-edge-node-termination-host-action-ndeath-devices-offline: a node takes its devices along", () => {
  const rig = new Rig();
  rig.born(0n);
  rig.tell("DBIRTH", 1, 0, [], "a");
  rig.tell("DBIRTH", 2, 0, [], "b");
  expect(rig.tell("NDEATH", null, 7, [bdSeq(0n)])).toEqual(["died node", "died a", "died b"]);
  expect([...rig.node.parts.values()].map(({ since }) => since)).toEqual([at(7).wall, at(7).wall, at(7).wall]);
});

test("a death of the session before, which the server sends late, is none", () => {
  const rig = new Rig();
  rig.born(4n);
  rig.born(5n);
  expect(rig.tell("NDEATH", null, 1, [bdSeq(4n)])).toEqual([]);
  expect(rig.node.alive).toBe(true);
  expect(rig.tell("NDEATH", null, 1, [bdSeq(5n)])).toEqual(["died node"]);
});

test("tck-id-operational-behavior-host-reordering-success: what comes in the wrong order within the time is put right", () => {
  const rig = new Rig();
  rig.born(0n);
  expect(rig.tell("NDATA", 2, 1, [metric("t", 2)])).toEqual([]);
  expect(rig.tell("NDATA", 3, 1, [metric("t", 3)])).toEqual([]);
  expect(rig.tell("NDATA", 1, 5, [metric("t", 1)])).toEqual(["data node t=1", "data node t=2", "data node t=3"]);
  expect(rig.due(100)).toEqual([]);
  expect(rig.node.order.gaps).toBe(1);
});

test("tck-id-operational-behavior-host-reordering-rebirth: what is missing for too long is not waited for, and a birth is asked for", () => {
  const rig = new Rig();
  rig.born(0n);
  rig.tell("NDATA", 2, 1, [metric("t", 2)]);
  expect(rig.due(5.9)).toEqual([]);
  expect(rig.due(6)).toEqual(["data node t=2", "ask: a message is missing"]);
  // it comes after all, and its value is stored
  expect(rig.tell("NDATA", 1, 7, [metric("t", 1)])).toEqual(["data node t=1"]);
  expect(rig.tell("NDATA", 3, 7, [metric("t", 3)])).toEqual(["data node t=3"]);
});

test("tck-id-operational-behavior-host-reordering-param: with a time of 0 nothing is waited for", () => {
  const rig = new Rig(0);
  rig.born(0n);
  expect(rig.tell("NDATA", 9, 1, [metric("t", 9)])).toEqual(["data node t=9", "ask: a message is missing"]);
});

test("numbers begin again behind 255", () => {
  const rig = new Rig();
  rig.tell("NBIRTH", 254, 0, [bdSeq(0n), metric("t", 0, 1n)]);
  for (const seq of [255, 0, 1]) expect(rig.tell("NDATA", seq, 0, [metric("t", seq)])).toEqual([`data node t=${seq}`]);
});

test("data without a birth, an unknown alias, an unknown name: a birth is asked for, and what has a name is stored", () => {
  const rig = new Rig();
  expect(rig.tell("NDATA", 5, 0, [metric("t", 1), metric(null, 2, 7n)])).toEqual([
    "data node t=1",
    "ask: a message came before the birth of the node",
  ]);
  rig.born(1n, 1);
  expect(rig.tell("NDATA", 1, 20, [metric(null, 2, 7n)])).toEqual([
    "data node ",
    "ask: no birth announced the alias 7",
  ]);
  expect(rig.tell("NDATA", 2, 60, [metric("u", 2)])).toEqual(["data node u=2", "ask: no birth announced the metric u"]);
  expect(rig.tell("DDATA", 3, 200, [metric("x", 2)], "d")).toEqual([
    "data d x=2",
    "ask: data of d came before its birth",
  ]);
});

test("a node that does not answer is asked ever less often; one that was born is not asked any more", () => {
  const rig = new Rig();
  const asked: number[] = [];
  for (let second = 0; second < 2000; second++)
    if (rig.tell("NDATA", second & 255, second, []).some((one) => one.startsWith("ask"))) asked.push(second);
  expect(asked).toEqual([0, 10, 30, 70, 150, 310, 630, 1230, 1830]);
  rig.born(1n, 2000);
  expect(rig.due(4000)).toEqual([]);
});

test("a birth that was asked for does not take devices down; those that are not born again in time are dead", () => {
  const rig = new Rig();
  rig.born(1n);
  rig.tell("DBIRTH", 1, 0, [], "a");
  rig.tell("DBIRTH", 2, 0, [], "b");
  expect(rig.born(1n, 10)).toEqual(["born node bdSeq=1 t=1.5"]);
  expect(rig.tell("DBIRTH", 1, 11, [], "a")).toEqual(["born a "]);
  expect(rig.due(39)).toEqual([]);
  expect(rig.due(40)).toEqual(["died b"]);
  expect(rig.node.parts.get("a")?.since).toBe(at(0).wall);
  // one of another session does
  expect(rig.born(2n, 50)).toEqual(["died a", "born node bdSeq=2 t=1.5"]);
});

test("aliases are known again from what was kept", () => {
  const rig = new Rig();
  rig.born(6n);
  const { session, parts } = rig.node;
  const again = new Rig();
  const own = parts.get(null);
  if (own === undefined) throw new Error("the node was born");
  again.node.parts.set(null, { ...own, definitions: Definitions.stored(own.definitions.store) });
  again.node.restore(session);
  expect(again.tell("NDATA", 1, 0, [metric(null, 4, 1n)])).toEqual(["data node t=4"]);
  expect(again.tell("NDEATH", null, 0, [bdSeq(6n)])).toEqual(["died node"]);
});

test("messages of a session come out in their order, however they are mixed, and none is lost", () => {
  const order = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 60, maxLength: 60 });
  fc.assert(
    fc.property(order, (seqs) => {
      const rig = new Rig();
      rig.born(0n);
      const out = seqs.flatMap((seq) => rig.tell("NDATA", seq, 1, [metric("t", seq)]));
      expect(out).toEqual(Array.from({ length: 60 }, (_, i) => `data node t=${i + 1}`));
    }),
    { numRuns: 50 },
  );
});

test("whatever comes, values that have a name come out, each at least once, and nothing is thrown", () => {
  const types = ["NBIRTH", "NDATA", "DDATA", "DBIRTH", "DDEATH", "NDEATH"] as const;
  const step = fc.record({
    type: fc.constantFrom(...types),
    seq: fc.option(fc.nat({ max: 255 })),
    device: fc.constantFrom("a", "b"),
    wait: fc.nat({ max: 20 }),
  });
  fc.assert(
    fc.property(fc.uniqueArray(step, { maxLength: 60, selector: ({ seq }) => seq }), (steps) => {
      const rig = new Rig();
      let now = 0;
      const out = steps.flatMap(({ type, seq, device, wait }, i) => {
        now += wait;
        const metrics = type.endsWith("DATA") ? [metric(`m${i}`, 1)] : [bdSeq(0n)];
        return rig.tell(type, seq, now, metrics, type.startsWith("D") ? device : null);
      });
      const left = rig.due(now + 1000);
      const names = steps.flatMap(({ type }, i) => (type.endsWith("DATA") ? [`m${i}=1`] : []));
      const shown = [...out, ...left].join(" ");
      expect(names.filter((name) => !` ${shown} `.includes(` ${name} `))).toEqual([]);
    }),
  );
});

test("topics: what is one of Sparkplug's, and what is none", () => {
  expect(readTopic("spBv1.0/g/NBIRTH/n")).toEqual({
    is: "message",
    type: "NBIRTH",
    group: "g",
    node: "n",
    device: null,
  });
  expect(readTopic("spBv1.0/g/DDATA/n/d")).toMatchObject({ type: "DDATA", device: "d" });
  expect(readTopic("spBv1.0/STATE/h")).toEqual({ is: "state", host: "h" });
  for (const other of [
    "spBv1.0/g/NBIRTH/n/d",
    "spBv1.0/g/DDATA/n",
    "spBv1.0/g/X/n",
    "spAv1.0/g/NDATA/n",
    "spBv1.0//NDATA/n",
    "spBv1.0/g/DDATA/n/d/e",
    "spBv1.0/STATE",
  ])
    expect([other, readTopic(other)]).toEqual([other, null]);
  expect(commandTopic({ group: "g", node: "n", device: null })).toBe("spBv1.0/g/NCMD/n");
  expect(commandTopic({ group: "g", node: "n", device: "d" })).toBe("spBv1.0/g/DCMD/n/d");
  expect(stateTopic("h")).toBe("spBv1.0/STATE/h");
  expect(speakerOf("g/n/d")).toEqual({ group: "g", node: "n", device: "d" });
  for (const none of ["g", "g/n/d/e", "/n", "g/+", "STATE/x"]) expect(speakerOf(none)).toBeNull();
});

test("serials: two nodes or devices never have the same; what a serial may not hold is written out", () => {
  expect(serialOf({ group: "Plant 1", node: "Edge", device: null })).toBe("Plant~201:Edge");
  expect(serialOf({ group: "g", node: "n", device: "Größe" })).toBe("g:n:Gr~c3~b6~c3~9fe");
  const long = { group: "g".repeat(60), node: "n", device: "d1" };
  expect(serialOf(long)).toHaveLength(64);
  expect(serialOf(long)).not.toBe(serialOf({ ...long, device: "d2" }));
  const id = fc.string({ unit: "grapheme", minLength: 1, maxLength: 4 });
  const speaker = fc.record({ group: id, node: id, device: fc.option(id) });
  fc.assert(
    fc.property(speaker, speaker, (a, b) => {
      expect(serialOf(a)).toMatch(/^[A-Za-z0-9._:~-]{1,64}$/);
      expect(serialOf(a) === serialOf(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
    }),
  );
});

test("fields: a path in upper case; of two that come to the same the second has an ending of its own", () => {
  const taken = new Set<string>();
  const idOf = (name: string) => {
    const id = fieldIdOf(name, (one) => taken.has(one));
    taken.add(id);
    return id;
  };
  expect(idOf("Folder/Metric Name")).toBe("FOLDER_METRIC_NAME");
  expect(idOf("folder/metric-name")).toMatch(/^FOLDER_METRIC_NAME_[0-9A-F]{8}$/);
  expect(idOf("Wärme")).toBe("WARME");
  expect(idOf("温度")).toMatch(/^METRIC_[0-9A-F]{8}$/);
  expect(idOf("x".repeat(200))).toMatch(/^X{55}_[0-9A-F]{8}$/);
  expect(["bdSeq", "Node Control/Rebirth", "Device Control/Reboot", "Temp"].map(isOfSession)).toEqual([
    true,
    true,
    true,
    false,
  ]);
});
