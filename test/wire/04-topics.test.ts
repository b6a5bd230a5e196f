import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { login, mosquittoPub, mosquittoSub, mqttJs } from "../run/clients.ts";
import { DEVICE, FLEET, SERIAL, TOKENS } from "../run/fleet.ts";
import { have } from "../run/have.ts";
import { Raw } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { heardJs, publishJs, publishRaw, subscribeRaw } from "./told.ts";

let server: TestServer;
let url: string;
beforeAll(async () => {
  server = await startServer();
  url = `mqtt://127.0.0.1:${server.ports.mqtt}`;
});
afterAll(() => server.remove());

const raw = (version: 3 | 4 | 5 = 5, token: string = TOKENS.device) =>
  Raw.login(server.ports.mqtt, { version, token, clientId: `c${Math.random().toString(36).slice(2, 12)}` });
const first = (device: string) => `dtck-pub/my-product/${device}/TEMPERATURE`;

describe("4: publishing and hearing", () => {
  test.skipIf(!have("mosquitto-clients"))(
    "4: what mosquitto_pub publishes on dtck-pub is heard by mosquitto_sub on dtck",
    async () => {
      for (const version of ["mqttv31", "mqttv311", "mqttv5"]) {
        const to = [...login(server.ports.mqtt, TOKENS.device), "-V", version];
        const sub = await mosquittoSub(...to, "-i", "s", "-v", "-C", "1", "-t", "dtck/my-product/dev1/TEMPERATURE");
        await mosquittoPub(...to, "-i", "p", "-t", first("dev1"), "-m", "22.5", "-q", "1");
        expect((await sub.heard).out.trim()).toBe("dtck/my-product/dev1/TEMPERATURE 22.5");
      }
    },
  );
  test("4: three levels record several, and each is published on its own topic", async () => {
    const js = await mqttJs(url, TOKENS.device);
    await js.client.subscribeAsync("dtck/my-product/dev2/#");
    expect(await publishJs(js.client, "dtck-pub/my-product/dev2", '{"TEMPERATURE":1,"DOOR":true}')).toMatchObject({
      reason: 0,
    });
    expect(await heardJs(js, 2)).toEqual(["dtck/my-product/dev2/TEMPERATURE 1", "dtck/my-product/dev2/DOOR true"]);
    await js.end();
  });
  test("4: a device is addressed by its id or serial, and what is published bears the id", async () => {
    const client = await raw();
    await client.subscribe("dtck/my-product/+/NOTE");
    for (const name of [DEVICE, SERIAL]) {
      client.publish(`dtck-pub/my-product/${name}/NOTE`, name);
      expect(await client.heard(name)).toEqual([`dtck/my-product/${DEVICE}/NOTE ${name}`]);
    }
    await client.leave();
  });
  test("4: slugs and device ids are exact", async () => {
    const client = await raw();
    for (const topic of [
      "dtck-pub/My-Product/dev1/TEMPERATURE",
      "dtck-pub/my-product/DEV1/TEMPERATURE",
      "dtck-pub/my-product/br-1/TEMPERATURE",
      "DTCK-PUB/my-product/dev1/TEMPERATURE",
      "/dtck-pub/my-product/dev1/TEMPERATURE",
    ])
      expect(await client.record(topic, "1"), topic).toBe(0x90);
    await client.leave();
  });
  test("4: the display name of a field is not its identifier", async () => {
    const yaml = FLEET.replace("name: Temperature", "name: Room");
    await server.apply(yaml);
    const client = await raw();
    expect(await client.record("dtck-pub/my-product/dev1/Room", "1")).toBe(0x90);
    expect(await client.record(first("dev1"), "1")).toBe(0);
    await client.leave();
  });
});

describe("4: upper and lower case of the field", () => {
  test("4: FIELD's case does not matter in a publish", async () => {
    const client = await raw();
    await client.subscribe("dtck/my-product/dev3/+");
    for (const [at, field] of ["TEMPERATURE", "temperature", "Temperature", "tEMPERATURE"].entries()) {
      client.publish(`dtck-pub/my-product/dev3/${field}`, String(at));
      expect(await client.heard(String(at))).toEqual([`dtck/my-product/dev3/TEMPERATURE ${at}`]);
    }
    await client.leave();
  });
  test("4: FIELD's case does not matter in a filter, and the SUBACK names the canonical filter", async () => {
    for (const version of [3, 4, 5] as const) {
      const client = await raw(version);
      const suback = await client.subscribe("dtck/my-product/dev4/temperature");
      expect(suback.reasonCodes).toEqual([0]);
      if (version === 5) expect(suback.properties?.reasonString).toContain("dtck/my-product/dev4/TEMPERATURE");
      client.publish(first("dev4"), "4.5");
      expect(await client.heard("4.5")).toEqual(["dtck/my-product/dev4/TEMPERATURE 4.5"]);
      await client.leave();
    }
  });
  test("4: capitals outside a to z are not folded", async () => {
    const client = await raw();
    expect(await client.record("dtck-pub/my-product/dev1/temperaturé", "1")).toBe(0x90);
    expect(await client.record("dtck-pub/my-product/dev1/ſteps", "1")).toBe(0x90); // U+017F is S in some upper-casings
    await client.leave();
  });
});

describe("4: * in a filter", () => {
  const cases: readonly [filter: string, canonical: string][] = [
    ["dtck/my-product/*/+", "dtck/my-product/+/+"],
    ["dtck/*/dev5/TEMPERATURE", "dtck/+/dev5/TEMPERATURE"],
    ["dtck/my-product/dev5/*", "dtck/my-product/dev5/+"],
    ["dtck/*/*/*", "dtck/+/+/+"],
    ["dtck/my-product/*/#", "dtck/my-product/+/#"],
    ["dtck/my-product/*/temperature", "dtck/my-product/+/TEMPERATURE"],
  ];
  test.each(cases)("4: %s means %s", async (filter, canonical) => {
    for (const version of [3, 4, 5] as const) {
      const client = await raw(version);
      const suback = await client.subscribe(filter);
      expect(suback.reasonCodes).toEqual([0]);
      if (version === 5) expect(suback.properties?.reasonString).toContain(canonical);
      client.publish(first("dev5"), "55");
      expect(await client.heard("55")).toEqual(["dtck/my-product/dev5/TEMPERATURE 55"]);
      await client.leave();
    }
  });
  test("4: * in dtck-errors/ means + too", async () => {
    const client = await raw();
    const suback = await client.subscribe("dtck-errors/*/dev6/*");
    expect(suback.properties?.reasonString).toContain("dtck-errors/+/dev6/+");
    const { reason } = await publishRaw(client, first("dev6"), "warm");
    expect(reason).toBe(0x99);
    await client.leave();
  });
  test("4: * beside other characters means nothing", async () => {
    const client = await raw();
    expect((await client.subscribe("dtck/my-product/dev*/+")).reasonCodes).toEqual([0x87]);
    await client.leave();
  });
  test("4: a filter in canonical form is not commented on", async () => {
    const client = await raw();
    expect((await client.subscribe("dtck/my-product/+/TEMPERATURE")).properties).toBeUndefined();
    await client.leave();
  });
});

test("4: replacing and unsubscribing compare the filter's raw bytes", async () => {
  const client = await raw();
  await subscribeRaw(client, "dtck/my-product/dev8/TEMPERATURE", {}, { subscriptionIdentifier: 1 });
  await subscribeRaw(client, "dtck/my-product/dev8/temperature", {}, { subscriptionIdentifier: 2 });
  client.publish(first("dev8"), "1");
  const both = await client.expect("publish"); // one copy
  expect(both.properties?.subscriptionIdentifiers?.toSorted()).toEqual([1, 2]);
  await subscribeRaw(client, "dtck/my-product/dev8/temperature", {}, { subscriptionIdentifier: 3 });
  client.publish(first("dev8"), "2");
  expect((await client.expect("publish")).properties?.subscriptionIdentifiers?.toSorted()).toEqual([1, 3]);
  const unsubscribe = async (filter: string) => {
    client.send({ type: "unsubscribe", packetId: client.id(), filters: [filter] });
    return (await client.expect("unsuback")).reasonCodes;
  };
  expect(await unsubscribe("dtck/my-product/dev8/Temperature")).toEqual([0x11]);
  expect(await unsubscribe("dtck/my-product/dev8/TEMPERATURE")).toEqual([0]);
  client.publish(first("dev8"), "3");
  expect((await client.expect("publish")).properties?.subscriptionIdentifiers).toEqual([3]);
  expect(await unsubscribe("dtck/my-product/dev8/temperature")).toEqual([0]);
  expect(await client.record(first("dev8"), "4")).toBe(0);
  expect(await client.drain()).toEqual([]);
  await client.leave();
});

/** A QoS 0 PUBLISH of the payload `1` by hand: our encoder makes none with a wildcard in the topic. */
function publishBytes(topic: string, version: 3 | 4 | 5): number[] {
  const name = [...Buffer.from(topic)];
  const body = [0, name.length, ...name, ...(version === 5 ? [0] : []), 0x31];
  return [0x30, body.length, ...body];
}
describe("4: product-wide publishing is refused", () => {
  test("4: * as the device is product_wide_publish, 0x90", async () => {
    const js = await mqttJs(url, TOKENS.device);
    await js.client.subscribeAsync("dtck-errors/#");
    for (const topic of ["dtck-pub/my-product/*/TEMPERATURE", "dtck-pub/my-product/*"]) {
      const told = await publishJs(js.client, topic, "22");
      expect(told.reason).toBe(0x90);
      expect(told.text).toContain("all devices of a product");
    }
    for (const heard of await heardJs(js, 2)) expect(heard).toContain('"code":"product_wide_publish"');
    await js.end();
  });
  test.each(["dtck-pub/my-product/+/TEMPERATURE", "dtck-pub/my-product/dev1/#", "dtck-pub/my-product/*/+"])(
    "4: %s as a topic name: v5 DISCONNECT 0x90 with that reason, v3 a close",
    async (topic) => {
      const v5 = await raw(5);
      v5.bytes(publishBytes(topic, 5));
      const told = await v5.expect("disconnect");
      expect(told.reasonCode).toBe(0x90);
      expect(told.properties?.reasonString).toContain("all devices of a product");
      await v5.ended();
      for (const version of [3, 4] as const) {
        const old = await raw(version);
        old.bytes(publishBytes(topic, version));
        expect(await old.ended()).toEqual([]);
      }
    },
  );
});

describe("4: other topics", () => {
  test.each([
    ["dtck/my-product/dev1/TEMPERATURE", "dtck-pub/"],
    ["dtck-errors/my-product/dev1/TEMPERATURE", "dtck-pub/"],
    ["dtck-other/my-product/dev1/TEMPERATURE", "reserved"],
    ["$SYS/broker/uptime", "$"],
    ["home/kitchen", "dtck-pub/"],
    ["dtck-pub", "dtck-pub/"],
    ["dtck-pub/my-product", "dtck-pub/"],
    ["dtck-pub/my-product/dev1/TEMPERATURE/more", "dtck-pub/"],
    ["dtck-pub//dev1/TEMPERATURE", "empty"],
    ["dtck-pub/v1/default/payload/x", "dtck-pub/"],
  ])("4: publishing on %s is refused", async (topic, says) => {
    const client = await raw();
    const told = await publishRaw(client, topic, "1");
    expect(told.reason).toBe(0x90);
    expect(told.text).toContain(says);
    await client.leave();
  });
  test("4: subscribing to dtck-pub is refused with a reason that names dtck", async () => {
    for (const filter of ["dtck-pub/my-product/dev1/TEMPERATURE", "dtck-pub/#"]) {
      const v5 = await raw(5);
      const suback = await v5.subscribe(filter);
      expect(suback.reasonCodes).toEqual([0x87]);
      expect(suback.properties?.reasonString).toContain("subscribe to dtck/…");
      await v5.leave();
      const v4 = await raw(4);
      expect((await v4.subscribe(filter)).reasonCodes).toEqual([0x80]);
      await v4.leave();
    }
  });
  test("4: subscribing to what never has a topic is refused, and the other filters of the packet are not", async () => {
    const client = await raw();
    const suback = await client.subscribe(["home/#", "dtck/my-product/dev1/+", "dtck/my-product/dev1", "dtck/#"]);
    expect(suback.reasonCodes).toEqual([0x87, 0, 0x87, 0]);
    await client.leave();
  });
  test("4: $SYS needs the instance permission operate", async () => {
    const plain = await raw(5, TOKENS.owner);
    expect((await plain.subscribe("$SYS/#")).reasonCodes).toEqual([0x87]);
    await plain.leave();
    const operator = await raw(5, TOKENS.operator);
    expect((await operator.subscribe("$SYS/#")).reasonCodes).toEqual([0]);
    const figure = await operator.expect("publish");
    expect(figure.topic).toStartWith("$SYS/");
    await operator.leave();
  });
  test("4: # is everything that may be read", async () => {
    const client = await raw();
    expect((await client.subscribe("#")).reasonCodes).toEqual([0]);
    client.publish(first("dev9"), "9");
    expect(await client.heard("9")).toEqual(["dtck/my-product/dev9/TEMPERATURE 9"]);
    await client.leave();
  });
});

test("4: over HTTP a device is found by its id, then by its serial, among those that the caller may see", async () => {
  const record = async (device: string, token: string) => {
    const body = JSON.stringify({ field: "TEMPERATURE", value: 1 });
    return (await server.http(`/v1/devices/${device}/record/`, token, { method: "POST", body })).status;
  };
  expect(await record(DEVICE, TOKENS.device)).toBe(200);
  expect(await record(SERIAL, TOKENS.device)).toBe(200);
  expect(await record("dev7", TOKENS.device)).toBe(200); // globex has a dev7, too, but not for this caller
  expect(await record("dev7", TOKENS.owner)).toBe(409); // the owner sees both
  expect(await record("gdev1", TOKENS.device)).toBe(404);
});

test("4: the prefix is a setting of the instance", async () => {
  const plant = await startServer({ flags: ["--prefix", "plant"] });
  try {
    const client = await Raw.login(plant.ports.mqtt, { token: TOKENS.device });
    expect((await client.subscribe("plant/my-product/*/+")).properties?.reasonString).toContain("plant/my-product/+/+");
    expect((await client.subscribe("dtck/my-product/dev1/+")).reasonCodes).toEqual([0x87]);
    expect(await client.record("dtck-pub/my-product/dev1/TEMPERATURE", "1")).toBe(0x90);
    expect((await client.subscribe("plant-errors/#")).reasonCodes).toEqual([0]);
    client.publish("plant-pub/my-product/dev1/TEMPERATURE", "1");
    expect(await client.heard("1")).toEqual(["plant/my-product/dev1/TEMPERATURE 1"]);
    const body = JSON.stringify({ field: "TEMPERATURE", value: "warm" });
    await plant.http("/v1/devices/dev1/record/", TOKENS.device, { method: "POST", body });
    expect((await client.expect("publish")).topic).toBe("plant-errors/my-product/dev1/TEMPERATURE");
    await client.leave();
  } finally {
    await plant.remove();
  }
});
