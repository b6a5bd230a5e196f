import { afterAll, describe, expect, test } from "bun:test";
import { Sandbox } from "../../src/decoders/sandbox.ts";
import { makeWorld, NOW, uplink } from "../../src/integrations/inbound/inbound.testing.ts";
import type { Incoming, Pair } from "../../src/integrations/types.ts";
import { LORAWAN } from "./decoders/lorawan.ts";
import { MESSAGES, REQUESTS } from "./decoders/others.ts";
import type { Example } from "./decoders/types.ts";

/**
 * Decoders as people write them, in every signature and every form of what they return, from what comes in to what is stored: in real
 * sandbox processes, through the way in that listeners use.
 */

const sandbox = new Sandbox({ processes: 1 });
afterAll(() => sandbox.stop());

const NUMBERS = [
  ...["TEMPERATURE", "HUMIDITY", "BATTERY", "AIR_TEMPERATURE", "AIR_RELATIVEHUMIDITY", "ACTION_MOTION_COUNT"],
  ...["TEMPERATURE_1", "TEMPERATURE_2", "FILL_LEVEL", "SIGNAL", "SNR", "LORA_RSSI", "LEVEL", "PORT", "COUNTER"],
];
const FIELDS = [
  ...NUMBERS.map((id) => `{ id: ${id}, type: NUMERIC }`),
  ...["DOOR", "ACTION_MOTION_DETECTED"].map((id) => `{ id: ${id}, type: BOOL }`),
  ...["DATARATE", "NOTE"].map((id) => `{ id: ${id}, type: STRING }`),
  "{ id: LOCATION, type: GEO }",
];
const FLEET = `
workspaces:
  - slug: w
    products:
      - slug: sensors
        configuration: [{ id: depth, type: number, default: 4 }]
        fields: [${FIELDS.join(", ")}]
        devices: [{ id: node, serial: 70B3D57ED005A11D }, { id: other, serial: S2 }]
`;

async function tried(example: Example) {
  const world = await makeWorld(undefined, sandbox);
  await world.fleet.applyFile(FLEET);
  await world.script(example.code, "sensors");
  for (let n = example.twice === true ? 2 : 1; n > 0; n--) await come(world, example);
  return world;
}
async function come(world: Awaited<ReturnType<typeof makeWorld>>, { comes }: Example): Promise<void> {
  const product = world.product("sensors");
  if ("hex" in comes) {
    const event = uplink({
      devEui: "70b3d57ed005a11d",
      raw: { uplink_message: { rx_metadata: [{ rssi: -97 }] } },
    });
    const { uplink: plain } = event;
    if (plain === null) throw new Error("no uplink");
    const gateway = { id: "gw", rssi: -97, snr: 7, channel: 3, time: NOW / 1000, lat: null, lng: null, alt: null };
    const bytes = Uint8Array.from(Buffer.from(comes.hex.replaceAll(" ", ""), "hex"));
    const events = [{ ...event, uplink: { ...plain, bytes, port: comes.port, gateways: [gateway] } }];
    await world.send("{}", { way: "lorawan", network: "tti", product, events });
  } else if ("topic" in comes)
    await world.send(comes.payload, { way: "broker", topic: comes.topic, request: null, product });
  else await world.send(comes.body, { request: requestOf(comes), product });
}
function requestOf({ body, query = "", type }: { body: string; query?: string; type?: string }): Incoming["request"] {
  const pairs = (text: string): Pair[] => [...new URLSearchParams(text)];
  const headers: Pair[] = [["content-type", type ?? "application/json"]];
  return { method: "POST", path: "/integrations/api/key", query: pairs(query), headers, form: type ? pairs(body) : [] };
}

const ALL: readonly [string, Example][] = [...LORAWAN, ...REQUESTS, ...MESSAGES].map((one) => [one.name, one]);

describe("decoders as people write them", () => {
  test("there are enough of them", () => {
    expect([LORAWAN.length >= 15, ALL.length >= 20, new Set(ALL.map(([name]) => name)).size]).toEqual([
      true,
      true,
      ALL.length,
    ]);
  });

  test.each(ALL)("%s", async (_, example) => {
    const world = await tried(example);
    const [pass] = await world.passesOf("sensors");
    const { error = null, messages = [], suggested = [], times = {} } = example;
    if (error === null) expect(pass?.decoder?.error ?? null).toBeNull();
    else
      expect(pass?.decoder?.error).toMatchObject({
        message: expect.stringContaining(error),
        line: example.line ?? null,
      });
    for (const message of messages) expect(pass?.messages).toContain(message);
    for (const [device, values] of Object.entries(example.stored)) {
      const ids = [...world.product("sensors").fields.keys()];
      const now = ids.map((id) => [id, world.current(device, id, "sensors")] as const);
      expect(Object.fromEntries(now.filter(([, value]) => value !== undefined))).toEqual(values as never);
    }
    expect(
      world
        .suggested("sensors")
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...suggested].sort());
    for (const [field, all] of Object.entries(times))
      expect(pass?.rows.filter((row) => row.field === field).map(({ time }) => time)).toEqual([...all]);
    if (error !== null) expect(pass).toMatchObject({ outcome: "failed", rows: [] });
  });
});
