import { describe, expect, test } from "bun:test";
import type { Packet, Version } from "../codec/index.ts";
import type { Grant } from "../fleet/types.ts";
import { connectOf, OTHER, Rig } from "./rig.testing.ts";

const OPTIONS = { qos: 0 as const, noLocal: false, retainAsPublished: false, retainHandling: 0 as const };
const EXCEPT: Grant = {
  scope: "free_topics",
  filters: ["#"],
  except: ["test/nosubscribe"],
  can: ["publish", "subscribe"],
};
const subscribeTo = (...filters: string[]): Packet => ({
  type: "subscribe",
  packetId: 1,
  subscriptions: filters.map((filter) => ({ filter, ...OPTIONS })),
});
async function codes(rig: Rig, version: Version, ...filters: string[]): Promise<readonly number[]> {
  const wire = await rig.login({ version, userName: OTHER, password: new TextEncoder().encode(OTHER) });
  wire.send(subscribeTo(...filters));
  await rig.pass(1);
  const [suback] = wire.got();
  return suback?.type === "suback" ? suback.reasonCodes : [];
}

describe("subscribing to free topics, by rights (section 8)", () => {
  test("[MQTT-3.9.3-2] an exception refuses its own filter and no wider one: v5 0x87, 3.1.1 0x80", async () => {
    const filters = ["test/nosubscribe", "#", "test/+", "test/nosubscribe/x"];
    for (const [version, refused] of [
      [5, 0x87],
      [4, 0x80],
    ] as const) {
      const rig = new Rig({}, { freeTopics: true });
      rig.grant([EXCEPT]);
      expect(await codes(rig, version, ...filters)).toEqual([refused, 0, 0, 0]);
    }
  });
  test("a subscribe right alone is asked for; publish gives nothing to hear", async () => {
    const rig = new Rig({}, { freeTopics: true });
    rig.grant([{ ...EXCEPT, except: [], can: ["publish"] }]);
    expect(await codes(rig, 5, "a/b")).toEqual([0x87]);
  });
  test("off: refused whatever the grants", async () => {
    const rig = new Rig();
    rig.grant([EXCEPT]);
    expect(await codes(rig, 5, "a/b", "test/+")).toEqual([0x87, 0x87]);
  });
});

test("publishing on a free topic while they are off says which setting there is", async () => {
  const rig = new Rig();
  const wire = rig.open();
  wire.send(connectOf({}));
  await rig.settle();
  wire.got();
  wire.send({
    type: "publish",
    topic: "home/x",
    payload: new Uint8Array(0),
    qos: 1,
    retain: false,
    dup: false,
    packetId: 1,
  });
  await rig.pass(1);
  const [puback] = wire.got();
  expect(puback).toMatchObject({ type: "puback", reasonCode: 0x90 });
  expect(puback?.type === "puback" && puback.properties?.reasonString).toContain("(--free-topics)");
});
