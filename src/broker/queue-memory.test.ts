import { expect, test } from "bun:test";
import { type FakeWire, publishOf, Rig } from "./rig.testing.ts";

const LIMIT = 150_000;

/** A client that hears all of product p at QoS 1, reads, and answers nothing. */
async function mute(rig: Rig, clientId: string, filter = "dtck/p/+/T", sessionExpiryInterval = 0): Promise<FakeWire> {
  const wire = await rig.login({ clientId, cleanStart: true, properties: { sessionExpiryInterval } });
  const options = { qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
  wire.send({ type: "subscribe", packetId: 1, subscriptions: [{ filter, ...options }] });
  await rig.pass(1);
  wire.got();
  return wire;
}
async function publish(rig: Rig, from: number, to: number): Promise<void> {
  const wire = await rig.login({ clientId: "publisher" });
  for (let n = from; n < to; n++) {
    wire.send(publishOf("dtck-pub/p/d1/T", String(n)));
    if (n % 50 === 0) await rig.pass(1);
  }
  await rig.pass(1);
  wire.lost();
  await rig.pass(1);
}
/** Bytes in the queues of those sessions and groups that are not stored. */
function queued({ hub, broker }: Rig): number {
  let sum = 0;
  for (const { outlet } of broker.sessions.values()) if (outlet.stored === 0) sum += outlet.queue?.bytes ?? 0;
  for (const group of hub.shares.values()) if (group.stored === 0) sum += group.queue?.bytes ?? 0;
  return sum;
}
const told = (rig: Rig): number => rig.logged.filter(({ text }) => text.includes("--max-total-queued-bytes")).length;

test("what waits in memory for sessions that are not stored has a bound in all: the oldest of the largest go, counted and told", async () => {
  const rig = new Rig({}, { maxTotalQueuedBytes: LIMIT });
  await publish(rig, 0, 1);
  const wires = [await mute(rig, "a"), await mute(rig, "b"), await mute(rig, "c", "$share/g/dtck/p/+/T")];
  const stored = await mute(rig, "stored", "dtck/p/+/T", 3600);
  await publish(rig, 1, 900);
  expect(rig.hub.memory.bytes).toBe(queued(rig));
  expect(rig.metrics.memoryDropped).toBe(0);
  const late = await mute(rig, "late");
  for (let n = 900; n < 1800; n += 100) {
    await publish(rig, n, n + 100);
    expect(rig.hub.memory.bytes).toBe(queued(rig));
    expect(rig.hub.memory.bytes).toBeLessThanOrEqual(LIMIT);
  }
  expect(rig.metrics.memoryDropped).toBeGreaterThan(500);
  expect(told(rig)).toBe(1);
  const outletOf = (id: string) => [...rig.broker.sessions.values()].find(({ clientId }) => clientId === id)?.outlet;
  expect([outletOf("stored")?.dropped, outletOf("late")?.dropped]).toEqual([0, 0]);
  expect(outletOf("a")?.dropped).toBeGreaterThan(100);
  // all of it is given back, and told of once more when it is full again
  for (const wire of [...wires, late, stored]) wire.lost();
  await rig.pass(1);
  expect([rig.hub.memory.bytes, queued(rig)]).toEqual([0, 0]);
  for (let n = 0; n < 6; n++) await mute(rig, `again-${n}`);
  await publish(rig, 1800, 2700);
  expect(told(rig)).toBe(2);
});

test("a session that is stored from its end on is not counted any more", async () => {
  const rig = new Rig({}, { maxTotalQueuedBytes: LIMIT });
  const wire = await mute(rig, "a");
  await publish(rig, 0, 100);
  expect(rig.hub.memory.bytes).toBeGreaterThan(3000);
  const [session] = rig.broker.sessions.values();
  if (session) session.expiry = 3600;
  wire.lost();
  await rig.pass(1);
  expect(session?.outlet.stored).toBeGreaterThan(0);
  expect(session?.outlet.waiting).toBe(100);
  expect(rig.hub.memory.bytes).toBe(0);
});
