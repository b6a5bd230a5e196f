import { expect, test } from "bun:test";
import { connectOf, Rig } from "./rig.testing.ts";

test("a login over MQTT is a use of its token; one that is refused is not", async () => {
  const rig = new Rig();
  const wire = rig.open("192.0.2.55");
  wire.send(connectOf({ token: "0".repeat(40) }));
  await rig.settle();
  expect(rig.authority.uses.take()).toEqual([]);
  await rig.login();
  const [use] = rig.authority.uses.take();
  expect(use).toEqual({ token: 1, time: rig.now, address: "192.0.2.1" });
});
