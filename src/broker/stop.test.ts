import { describe, expect, test } from "bun:test";
import { publishOf, Rig, willOf } from "./rig.testing.ts";

const HOUR = { sessionExpiryInterval: 3600 };

describe("a graceful stop", () => {
  test("v5 clients are told, v3 clients are closed, wills are stored, nobody new gets in", async () => {
    const rig = new Rig();
    const five = await rig.login({ clientId: "five", will: willOf("1"), properties: HOUR });
    const four = await rig.login({ clientId: "four", version: 4, cleanStart: false });
    const early = rig.open();
    const stopped = rig.broker.stop();
    await rig.settle();
    await stopped;
    expect(five.heard()).toEqual(["disconnect 139"]);
    expect(four.heard()).toEqual([]);
    expect([five, four, early].map(({ ended }) => ended)).toEqual([true, true, true]);
    expect(rig.store.rows).toBe(1);
    expect(rig.open().terminated).toBe(true);
  });
  test("what waits for its commit is stored first", async () => {
    const rig = new Rig();
    const wire = await rig.login();
    rig.store.held = true;
    wire.send(publishOf("dtck-pub/p/d1/T", "1", { qos: 1, packetId: 1 }));
    await rig.settle();
    let over = false;
    const stopped = rig.broker.stop().then(() => {
      over = true;
    });
    await rig.pass(5);
    expect(over).toBe(false);
    rig.store.held = false;
    rig.store.answer();
    await rig.pass(1);
    await stopped;
    expect(rig.store.rows).toBe(1);
  });
  test("with a store that takes no data it ends when the grace time does", async () => {
    const rig = new Rig();
    const wire = await rig.login({ will: willOf("1"), properties: HOUR });
    rig.store.failure = new Error("disk full");
    wire.send(publishOf("dtck-pub/p/d1/T", "1", { qos: 1, packetId: 1 }));
    let over = false;
    void rig.broker.stop().then(() => {
      over = true;
    });
    await rig.pass(20);
    expect(over).toBe(false);
    await rig.pass(20);
    expect(over).toBe(true);
  });
  test("twice does no harm", async () => {
    const rig = new Rig();
    await rig.login({ properties: HOUR });
    const both = [rig.broker.stop(), rig.broker.stop()];
    await rig.pass(1);
    await Promise.all(both);
    expect(rig.broker.connections.size).toBe(0);
  });
});
