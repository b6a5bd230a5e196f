import { expect, test } from "bun:test";
import type { Packet } from "../codec/index.ts";
import type { CommitBatch } from "../store/ports.ts";
import { connectOf, FakeWire, publishOf } from "./rig.testing.ts";
import { Disk, Life, PREFIX } from "./simulation.testing.ts";

/** A disk that weighs what it is given: states, and bodies of chunks, those of a commit that are one object once. */
class Scale extends Disk {
  states = 0;
  bodies = 0;
  chunks = 0;
  override apply(batch: CommitBatch): void {
    super.apply(batch);
    const seen = new Set<Uint8Array>();
    for (const op of batch.ops) {
      if (op.op === "checkpoint") this.states += op.state?.length ?? 0;
      if (op.op !== "chunk_put") continue;
      this.chunks++;
      seen.add(op.body);
    }
    for (const body of seen) this.bodies += body.length;
  }
}
class Server {
  readonly disk = new Scale();
  readonly time = { now: 1_772_366_400_000_000, drift: 0 };
  readonly life = new Life(this.disk, this.time);

  async rest(): Promise<void> {
    for (let round = 0; round < 10; round++) {
      this.time.now += 2000;
      await this.life.run();
      this.life.store.land(true);
      this.life.store.answerRead(true);
      await this.life.run();
    }
  }
  async login(clientId: string): Promise<FakeWire> {
    const wire = new FakeWire("192.0.2.1");
    wire.listener = this.life.broker.accept(wire);
    wire.send(connectOf({ clientId, cleanStart: false, properties: { sessionExpiryInterval: 100_000 } }));
    await this.rest();
    return wire;
  }
  /** A session that hears everything, alone or as a share of its own. */
  async hears(clientId: string, share = ""): Promise<FakeWire> {
    const wire = await this.login(clientId);
    const options = { qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
    wire.send({ type: "subscribe", packetId: 1, subscriptions: [{ filter: `${share}dtck/p/d/+`, ...options }] });
    await this.rest();
    return wire;
  }
  /** So many messages of 2 kB; some in each commit. Returns their bytes. */
  async publish(count: number): Promise<number> {
    const pub = await this.login("publisher");
    for (let n = 0; n < count; n += 5) {
      pub.send(...Array.from({ length: 5 }, (): Packet => publishOf(`${PREFIX}A`, "x".repeat(2000))));
      await this.rest();
    }
    return count * 2000;
  }
}

test("sessions that read and never acknowledge: what is written is what waits, and nothing is copied with each step", async () => {
  const server = new Server();
  for (let n = 0; n < 5; n++) await server.hears(`mute-${n}`);
  await server.hears("member", "$share/g/");
  const bytes = await server.publish(1000);
  // in flight and in memory, once or twice each; before: 240 MB
  expect(server.disk.states).toBeLessThan(6 * 2 * 350_000);
  expect(server.disk.bodies).toBeLessThan(3 * bytes);
  for (const { outlet } of server.life.broker.sessions.values()) expect(outlet.queue?.bytes ?? 0).toBeLessThan(300_000);
});

test("sessions that are away and wait for the same cost the disk once, whenever they went", async () => {
  const server = new Server();
  for (let n = 0; n < 4; n++) {
    const wires = [];
    for (let i = 0; i < 10; i++) wires.push(await server.hears(`away-${n}-${i}`));
    for (const wire of wires) wire.lost();
    await server.publish(35);
  }
  const before = server.disk.bodies;
  const bytes = await server.publish(500);
  // 40 of them have all of it in chunks
  expect(server.disk.chunks).toBeGreaterThan(40 * 40);
  expect(server.disk.bodies - before).toBeLessThan(1.5 * bytes);
});
