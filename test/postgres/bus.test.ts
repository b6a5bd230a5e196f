import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { NatsBus } from "../../src/cluster/nats.ts";
import { natsAddress } from "../../src/cluster/nats-address.ts";
import { batchOf, seriesPut } from "../../src/store/data.model.ts";
import type { NodeBus, TailRecord } from "../../src/store/ports.ts";
import { PostgresDataStore } from "../../src/store/postgres/data/store.ts";
import { PostgresTail } from "../../src/store/postgres/data/tail.ts";
import { have } from "../run/have.ts";
import { NatsServer } from "../run/nats.ts";
import { newSchema, startPostgres, type TestPostgres } from "../run/postgres.ts";
import { until } from "../run/until.ts";
import { Writer } from "./writer.ts";

/** A bus in memory that does what a network may do, and worse. */
class FakeBus implements NodeBus {
  readonly isConnected = true;
  readonly most = 1 << 20;
  private readonly hearers: ((message: Uint8Array) => void)[] = [];
  constructor(
    private readonly all: FakeBus[],
    private readonly random: () => number,
  ) {
    all.push(this);
  }
  hear(heard: (message: Uint8Array) => void): void {
    this.hearers.push(heard);
  }
  send(message: Uint8Array): void {
    for (const other of this.all) {
      if (other === this) continue;
      for (let copies = this.random() < 0.1 ? 2 : 1; copies > 0; copies--) {
        const chance = this.random();
        if (chance < 0.15) continue;
        const sent = message.slice();
        if (chance < 0.25) sent[Math.floor(this.random() * sent.length)] = 7;
        const deliver = () => {
          for (const hear of other.hearers) hear(sent);
        };
        if (chance < 0.6) deliver();
        else setTimeout(deliver, this.random() * 40);
      }
    }
  }
  async end(): Promise<void> {}
}
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A node that commits by hand, and follows the log. */
class Node {
  readonly records: TailRecord[] = [];
  readonly failures: Error[] = [];
  readonly tail: PostgresTail;
  timeline = 1;
  private time = 0;
  private constructor(
    readonly writer: Writer,
    address: string,
    readonly bus: NodeBus,
    after: number,
  ) {
    nodes.push(this);
    this.tail = new PostgresTail({ address, node: { id: writer.id, epoch: 1 }, bus, epochOf: () => 1 });
    this.tail.start(after, { record: (one) => this.records.push(one), failed: (why) => this.failures.push(why) });
  }
  static async of(server: TestPostgres, schema: string, id: number, bus: NodeBus, after = 0): Promise<Node> {
    return new Node(await Writer.of(server, schema, id), server.address(schema, "socket"), bus, after);
  }
  async commit(rows: number): Promise<void> {
    const values = Array.from({ length: rows }, (_, i) => ({ series: 1, time: ++this.time, value: i }));
    const { blob, count } = batchOf(values);
    const body = blob as Uint8Array; // it has rows
    const firstSeq = await this.writer.put(body, count);
    this.tail.committed({ firstSeq, count, body, timeline: this.timeline });
  }
  get last(): number {
    const last = this.records.at(-1);
    return last === undefined ? 0 : last.firstSeq + last.count - 1;
  }
  get taken(): number {
    return this.tail.roads?.taken ?? 0;
  }
  get refused(): number {
    return this.tail.roads?.refused ?? 0;
  }
}
const nodes: Node[] = [];
const buses: NatsBus[] = [];

describe.skipIf(!have("postgresql") || !have("nats-server"))("records on the bus", () => {
  let server: TestPostgres;
  let nats: NatsServer;
  beforeAll(async () => {
    [server, nats] = await Promise.all([
      startPostgres({ fsync: "off" }),
      NatsServer.start("max_payload: 8192\nauthorization { user: node, password: s3cret }"),
    ]);
  });
  afterAll(async () => {
    await Promise.all([server?.remove(), nats?.remove()]);
  });
  afterEach(async () => {
    for (const { tail, writer } of nodes.splice(0)) {
      await tail.stop();
      await writer.end();
    }
    for (const bus of buses.splice(0)) await bus.end();
  });
  const notices: string[] = [];
  const natsBus = (channel: string): NatsBus => {
    const address = natsAddress(`nats://node@127.0.0.1:${nats.port}`, "s3cret");
    const bus = new NatsBus({ ...address, channel, onNotice: (text) => notices.push(text) });
    buses.push(bus);
    return bus;
  };
  const begun = async (): Promise<string> => {
    const schema = newSchema();
    const store = new PostgresDataStore({ address: server.address(schema, "socket") });
    await store.open();
    await store.commit(batchOf([], [seriesPut(1)]));
    await store.close();
    await server.sql(`UPDATE ${schema}.node SET alive = 1`);
    return schema;
  };
  /** All nodes are told of the whole log, each record once and in order. */
  const sameForAll = async (schema: string, of: readonly Node[]): Promise<void> => {
    const log = await server.sql(`SELECT id, count, node, body FROM ${schema}.log ORDER BY id`);
    const end = Number(log.at(-1)?.id) + Number(log.at(-1)?.count) - 1;
    await until("all are told of all", () => of.every(({ last }) => last === end));
    for (const { records, failures, writer } of of) {
      expect(failures).toEqual([]);
      expect(records.map(({ firstSeq, count, node }) => [firstSeq, count, node])).toEqual(
        log.map(({ id, count, node }) => [Number(id), Number(count), Number(node)]),
      );
      for (const [i, { node, body }] of records.entries())
        expect(body === null ? node === writer.id : Buffer.from(body).equals(log[i]?.body as Buffer)).toBe(true);
    }
  };

  test("a bus that drops, doubles, delays and damages at random changes nothing of what is told", async () => {
    for (const seed of [1, 2, 3]) {
      const random = randomOf(seed);
      const schema = await begun();
      const all: FakeBus[] = [];
      const three: Node[] = [];
      for (const id of [11, 12, 13]) three.push(await Node.of(server, schema, id, new FakeBus(all, random)));
      await Promise.all(
        three.map(async (node) => {
          for (let i = 0; i < 60; i++) {
            await node.commit(1 + Math.floor(random() * 20));
            if (random() < 0.1) await Bun.sleep(random() * 60);
            if (random() < 0.05) node.tail.hold();
            else node.tail.release();
          }
          node.tail.release();
        }),
      );
      await sameForAll(schema, three);
      for (const { taken, refused } of three) {
        expect(taken).toBeGreaterThan(20);
        expect(refused).toBeGreaterThan(0);
      }
    }
  }, 60_000);

  test("with NATS records come from there; while it is away, stands still or lost what it had, from the log", async () => {
    const schema = await begun();
    const three: Node[] = [];
    for (const id of [11, 12, 13]) three.push(await Node.of(server, schema, id, natsBus(schema)));
    const speak = async (rounds: number, rows = 3) =>
      Promise.all(
        three.map(async (node) => {
          for (let i = 0; i < rounds; i++) await node.commit(rows);
        }),
      );
    await until("all have the bus", () => three.every(({ bus }) => bus.isConnected));
    await speak(1);
    await sameForAll(schema, three);
    const before = three.map(({ taken }) => taken);
    await speak(40);
    await sameForAll(schema, three);
    for (const [i, { taken }] of three.entries()) expect(taken - (before[i] as number)).toBeGreaterThan(60);

    nats.signal("SIGSTOP");
    await speak(5);
    await sameForAll(schema, three);
    nats.signal("SIGCONT");
    await nats.kill();
    await speak(5);
    await sameForAll(schema, three);
    await until("all know that it is away", () => three.every(({ bus }) => !bus.isConnected));
    await speak(5);
    await sameForAll(schema, three);
    await nats.start();
    await until("all have the bus again", () => three.every(({ bus }) => bus.isConnected));
    const again = three.map(({ taken }) => taken);
    await speak(20);
    // larger than what the bus takes: the log has it
    await speak(2, 4000);
    await speak(2);
    await sameForAll(schema, three);
    for (const [i, { taken }] of three.entries()) expect(taken - (again[i] as number)).toBeGreaterThan(20);
    expect(notices.filter((text) => text.includes("was lost")).length).toBeGreaterThan(0);
    expect(notices.join()).not.toContain("s3cret");
  }, 60_000);

  test("what is damaged, foreign, or of another line of the database's history is not believed", async () => {
    const schema = await begun();
    const [one, two] = [
      await Node.of(server, schema, 11, natsBus(schema)),
      await Node.of(server, schema, 12, natsBus(schema)),
    ];
    const stranger = natsBus(schema);
    await until("all have the bus", () => one.bus.isConnected && two.bus.isConnected && stranger.isConnected);
    await two.commit(1);
    await sameForAll(schema, [one, two]);
    const other = await begun(); // another instance that was given the same channel
    const theirs = await Node.of(server, other, 13, natsBus(schema));
    await until("it has the bus", () => theirs.bus.isConnected);
    await theirs.commit(1);
    await sameForAll(other, [theirs]);
    const { refused } = one;
    for (const message of [new Uint8Array(0), new Uint8Array(47), new Uint8Array(100).fill(1)]) stranger.send(message);
    await theirs.commit(2);
    two.timeline = 2;
    await two.commit(2);
    await sameForAll(schema, [one, two]);
    await until("all five were refused", () => one.refused - refused === 5);
  }, 60_000);

  test("a record that the log does not have ends the node that believed it, as soon as it looks", async () => {
    const schema = await begun();
    const all: FakeBus[] = [];
    const quiet = () => 0.5;
    const [one, two] = [
      await Node.of(server, schema, 11, new FakeBus(all, quiet)),
      await Node.of(server, schema, 12, new FakeBus(all, quiet)),
    ];
    await two.commit(1);
    await sameForAll(schema, [one, two]);
    const { blob } = batchOf([{ series: 1, time: 1, value: 99 }]);
    // PostgreSQL said that it is durable, and has lost it
    two.tail.committed({ firstSeq: one.last + 1, count: 1, body: blob as Uint8Array, timeline: 1 });
    await until("it is told of it", () => one.last === 2);
    await two.writer.commit(1);
    await until("it ends", () => one.failures.length > 0);
    expect(one.failures[0]?.message).toBe("The log has another record at row 2 than this server was told.");

    const three = await Node.of(server, schema, 13, new FakeBus(all, quiet));
    await until("it has read all", () => three.last === 2);
    const lost = { firstSeq: 3, count: 1, body: blob as Uint8Array, timeline: 1 };
    three.tail.committed(lost);
    await until("it has its turn", () => three.last === 3);
    await server.sql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'fieldcast tail'",
    );
    await until("it ends", () => three.failures.length > 0);
    expect(three.failures[0]?.message).toContain("PostgreSQL has lost commits");
  }, 60_000);
});
