import { describe, expect, test } from "bun:test";
import { publishOf, Rig } from "./rig.testing.ts";

/** Switches the field T of product p off or on, as the API does. */
function put(rig: Rig, active: boolean): void {
  const row = rig.directory.product("p")?.fields.get("T")?.row;
  if (!row) throw new Error("the rig has no such field");
  const { active: _, ...rest } = row;
  rig.directory.apply([{ kind: "field", op: "put", row: active ? rest : { ...rest, active: false } }]);
}
const publish = (packetId: number, payload = "1") => publishOf("dtck-pub/p/d1/T", payload, { qos: 1, packetId });

describe("a field that is switched off", () => {
  test("takes no measurements from that moment on, on a topic that was just used, too; switched on it does", async () => {
    const rig = new Rig();
    const client = await rig.login();
    client.send(publish(1));
    await rig.pass(1);
    expect([client.heard(), rig.store.rows]).toEqual([["puback 1 0"], 1]);
    put(rig, false);
    client.send(publish(2));
    await rig.pass(1);
    const [refused] = client.got();
    if (refused?.type !== "puback") throw new Error("it is not answered");
    expect([refused.reasonCode, rig.store.rows]).toEqual([0x90, 1]);
    expect(refused.properties?.reasonString).toContain("switched off");
    expect(rig.metrics.refusals.get("unknown_field")).toBe(1);
    put(rig, true);
    client.send(publish(3));
    await rig.pass(1);
    expect([client.heard(), rig.store.rows]).toEqual([["puback 3 0"], 2]);
  });

  test("refuses a batch with it whole, and says which row", async () => {
    const rig = new Rig();
    put(rig, false);
    const client = await rig.login();
    client.send(publishOf("dtck-pub/p/d1", '[{"field":"T","value":1}]', { qos: 1, packetId: 1 }));
    await rig.pass(1);
    const [refused] = client.got();
    if (refused?.type !== "puback") throw new Error("it is not answered");
    expect([refused.reasonCode, rig.store.rows]).toEqual([0x90, 0]);
    expect(refused.properties?.reasonString).toContain("switched off");
  });
});
