import { describe, expect, test } from "bun:test";
import type { InspectorEvent } from "../store/ports.ts";
import { connectOf, publishOf, Rig } from "./rig.testing.ts";

const T = "dtck-pub/p/d1/T";

function watched(rig: Rig) {
  const heard: InspectorEvent[] = [];
  const stop = rig.ingest.eventLog.watch({ wants: () => true, hear: (event) => void heard.push(event) });
  return { heard, stop };
}

describe("events, watched", () => {
  test("a connection opens, publishes, is refused, and closes", async () => {
    const rig = new Rig();
    const { heard, stop } = watched(rig);
    const hearer = await rig.login({ clientId: "hearer" });
    const options = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
    hearer.send({ type: "subscribe", packetId: 1, subscriptions: [{ filter: "dtck/p/#", ...options }] });
    await rig.pass(1);
    const wire = await rig.login({ clientId: "pump" });
    wire.send(publishOf(T, "22.5", { qos: 1, packetId: 1 }));
    await rig.pass(1);
    wire.send(publishOf(T, "warm", { qos: 1, packetId: 2 }));
    await rig.pass(1);
    wire.lost();
    await rig.pass(1);
    const told = heard.filter((e) => e.client === "pump" || e.kind === "refused");
    expect(told.map((e) => [e.kind, e.code])).toEqual([
      ["opened", null],
      ["accepted", null],
      ["refused", "invalid_value"],
      ["closed", "closed by the client"],
    ]);
    const [opened, accepted, refused] = told;
    expect(accepted).toMatchObject({ topic: T, payload: "22.5", bytes: 4, delivered: 1, client: "pump" });
    expect(accepted?.device).toBe(refused?.device ?? -1);
    expect(accepted?.commit).toBeGreaterThanOrEqual(0);
    expect(refused).toMatchObject({ topic: T, payload: "warm", count: 1 });
    expect(opened).toMatchObject({ transport: "tcp", tls: null });
    expect([accepted?.transport, refused?.transport]).toEqual([null, null]);
    expect(opened?.principal).toBe(accepted?.principal ?? "?");
    stop();
    const before = heard.length;
    hearer.send(publishOf(T, "23", { qos: 1, packetId: 1 }));
    await rig.pass(1);
    expect(heard).toHaveLength(before);
  });

  test("what was accepted is told after its commit, and never when that was given up", async () => {
    const rig = new Rig();
    const { heard } = watched(rig);
    const wire = await rig.login({ clientId: "pump" });
    rig.store.held = true;
    wire.send(publishOf(T, "1", { qos: 1, packetId: 1 }));
    await rig.pass(1);
    expect(heard.filter((e) => e.kind === "accepted")).toEqual([]);
    rig.store.held = false;
    rig.store.answer();
    await rig.pass(1);
    expect(heard.filter((e) => e.kind === "accepted")).toHaveLength(1);
  });

  test("a login that is refused, without a word of what was sent as the token", async () => {
    const rig = new Rig();
    const { heard } = watched(rig);
    const wire = rig.open();
    wire.send(connectOf({ clientId: "scan", token: "f".repeat(40) }));
    await rig.pass(1);
    expect(heard).toMatchObject([{ kind: "login_refused", principal: "", client: "scan", code: "unknown_token" }]);
    expect(JSON.stringify(heard)).not.toContain("f".repeat(40));
  });
});
