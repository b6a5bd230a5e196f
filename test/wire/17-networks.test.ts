import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { BODIES, requestOf } from "../../src/networks/bodies/all.testing.ts";
import type { Body } from "../../src/networks/bodies/body.testing.ts";
import { message } from "../../src/networks/bodies/protobuf.testing.ts";
import { type JsClient, mqttJs } from "../run/clients.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

const NETWORK = "0123456789abcdef0123456789abcdef01234567";
const OTHERS = "1111111111111111111111111111111111111111";
const UNKNOWN = "ffffffffffffffffffffffffffffffffffffffff";

/** What a decoder sees of an uplink comes back as fields, so that a client hears it. */
const DECODER = `function decodeUplink(input) {
  var hex = input.bytes.map(function (byte) { return ("0" + byte.toString(16)).slice(-2); }).join("");
  var best = normalizedPayload.gateways[0] || {};
  return { data: { hex: hex, port: input.fPort, counter: normalizedPayload.counter, eui: normalizedPayload.deveui, rssi: best.rssi } };
}`;
const UPLINKS = BODIES.filter(({ expected: { kind, hex } }) => kind === "up" && typeof hex === "string");
const EVENTS = BODIES.filter(({ expected: { kind } }) => kind !== "up");
const EUIS = [...new Set(BODIES.map(({ expected }) => expected.devEui))];
/** A DevEUI in another spelling for each device. */
const SPELLINGS = [
  (eui: string) => eui.toUpperCase(),
  (eui: string) => eui,
  (eui: string) => eui.match(/../g)?.join("-") ?? eui,
  (eui: string) => eui.toUpperCase().match(/../g)?.join(":") ?? eui,
];
const OPEN = "70b3d57ed00aaa01";
const PLAIN = "70b3d57ed00aaa02";

const fields = (indent: string) => `${indent}fields:
${indent}  - { id: HEX, type: STRING }
${indent}  - { id: PORT, type: INT }
${indent}  - { id: COUNTER, type: INT }
${indent}  - { id: EUI, type: STRING }
${indent}  - { id: TEMPERATURE, type: NUMERIC }
${indent}  - { id: SIGNAL, type: NUMERIC, role: device_signal }
${indent}  - { id: CHARGE, type: NUMERIC, role: device_battery }
${indent}  - { id: PLACE, type: GEO, role: device_location }
`;
const FLEET = `workspaces:
  - slug: acme
    name: Acme
    products:
      - slug: lora
        name: LoRa
        publish_backfill: true
        decoder: |
${DECODER.replace(/^/gm, "          ")}
${fields("        ")}        devices:
${EUIS.map((eui, i) => `          - { id: "d-${eui}", serial: "${SPELLINGS[i % SPELLINGS.length]?.(eui)}" }\n`).join("")}      - slug: open
        name: Open
        network_token_needed: false
${fields("        ")}        devices: [{ id: open1, serial: ${OPEN} }]
      - slug: plain
        name: Plain
${fields("        ")}        devices: [{ id: plain1, serial: ${PLAIN} }]
    api_users:
      - { name: network, token: ${NETWORK}, rights: [{ devices: all, can: [view, record_measurements] }, { workspace: [integrations, devices] }] }
  - slug: globex
    name: Globex
    api_users:
      - { name: others, token: ${OTHERS}, rights: [{ devices: all, can: [view, record_measurements] }] }
`;

let server: TestServer;
let client: JsClient;
beforeAll(async () => {
  server = await startServer({ fleet: FLEET, flags: ["--max-request-rate", "0"] });
  client = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, NETWORK);
  await client.client.subscribeAsync("dtck/#", { qos: 1 });
});
afterAll(async () => {
  await client.end();
  await server.remove();
});

/** Sends a body as its network does. */
function send(
  body: Partial<Body>,
  { address = body.network ?? "auto", token = `Token ${NETWORK}` as string | null, query = "" } = {},
) {
  const { body: bytes, contentType } = requestOf(body);
  const parameters = new URLSearchParams({ ...body.query, ...Object.fromEntries(new URLSearchParams(query)) });
  const headers = {
    ...body.headers,
    ...(contentType === null ? {} : { "Content-Type": contentType }),
    ...(token === null ? {} : { Authorization: token }),
  };
  const path = `/integrations/lorawan/${address}${parameters.size === 0 ? "" : `?${parameters}`}`;
  return server.http(path, undefined, { method: "POST", body: new Uint8Array(bytes), headers });
}
const answer = async (response: Response) => [response.status, await response.text()];
const heard = (from: number, topic: string, payload: string) =>
  until(`${topic} ${payload}`, () =>
    client.messages.slice(from).some((one) => one.topic === topic && one.payload === payload),
  );

describe("17: uplinks of every network reach subscribers", () => {
  test.each(
    UPLINKS.filter(({ expected }) => expected.encrypted !== true).map(
      (body) => [`${body.network}: ${body.what}`, body] as const,
    ),
  )("17: %s", async (_, body) => {
    const { devEui, hex, port, counter, rssi } = body.expected;
    const from = client.messages.length;
    // LORIOT's second form of a frame is the same frame
    const repeated = body.what === "the same uplink with its gateways";
    expect(await answer(await send(body))).toEqual([200, "thanks"]);
    if (repeated) return;
    await heard(from, `dtck/lora/d-${devEui}/HEX`, hex ?? "");
    await heard(from, `dtck/lora/d-${devEui}/EUI`, devEui);
    if (typeof port === "number") await heard(from, `dtck/lora/d-${devEui}/PORT`, String(port));
    if (typeof counter === "number") await heard(from, `dtck/lora/d-${devEui}/COUNTER`, String(counter));
    if (typeof rssi === "number") await heard(from, `dtck/lora/d-${devEui}/SIGNAL`, String(rssi));
  });
});

test("17: an uplink of ChirpStack as protobuf", async () => {
  const from = client.messages.length;
  const bytes = message([3, [[8, "0101010101010101"]]], [7, 77], [8, 9], [10, new Uint8Array([0xca, 0xfe])]);
  const body = { network: "chirpstack", query: { event: "up" }, bytes: Buffer.from(bytes).toString("hex") } as const;
  expect(await answer(await send(body))).toEqual([200, "thanks"]);
  await heard(from, "dtck/lora/d-0101010101010101/HEX", "cafe");
  await heard(from, "dtck/lora/d-0101010101010101/COUNTER", "77");
});

/** The newest pass of a device. */
async function lastPass(product: string, device: string): Promise<Record<string, unknown> | undefined> {
  const response = await server.http(`/api/v1/products/${product}/devices/${device}/passes?limit=1`, NETWORK);
  expect(response.status).toBe(200);
  const { items } = (await response.json()) as { items: Record<string, unknown>[] }; // a page of them
  return items[0];
}
/** The newest pass of the workspace, of no product. */
async function lastOfNobody(): Promise<Record<string, unknown> | undefined> {
  const response = await server.http("/api/v1/workspaces/acme/passes?limit=1", NETWORK);
  const { items } = (await response.json()) as { items: Record<string, unknown>[] }; // a page of them
  return items[0];
}
const historyOf = (device: string, field: string) => server.history(NETWORK, device, field);

describe("17: what is no uplink goes to the log of the device", () => {
  test.each(EVENTS.map((body) => [`${body.network}: ${body.what}`, body] as const))("17: %s", async (_, body) => {
    const { devEui, kind, text } = body.expected;
    const before = (await historyOf(`d-${devEui}`, "HEX")).length;
    expect(await answer(await send(body))).toEqual([200, "thanks"]);
    const pass = await until("the pass is kept", async () => {
      const last = await lastPass("lora", `d-${devEui}`);
      return (last?.event as { kind?: string } | undefined)?.kind === kind && last;
    });
    expect(pass).toMatchObject({ way: "lorawan", network: body.network, event: { kind, dev_eui: devEui } });
    if (text !== undefined) expect((pass.event as { text: string }).text).toMatch(text);
    expect(JSON.stringify(pass)).not.toContain(NETWORK);
    expect(await historyOf(`d-${devEui}`, "HEX")).toHaveLength(before);
  });

  test("17: status and location fill the fields that are for them", async () => {
    const from = client.messages.length;
    const info = { deviceInfo: { devEui: "0101010101010101" } };
    await send({ network: "chirpstack", query: { event: "status" }, json: { ...info, batteryLevel: 62.5, margin: 3 } });
    await heard(from, "dtck/lora/d-0101010101010101/CHARGE", "62.5");
    await send({
      network: "chirpstack",
      query: { event: "location" },
      json: { ...info, location: { latitude: 3.5, longitude: 4.25 } },
    });
    await heard(from, "dtck/lora/d-0101010101010101/PLACE", "(3.5,4.25)");
  });
});

/** An uplink of ChirpStack as of now. */
const uplink = (devEui: string, counter: number, more: object = {}): Partial<Body> => ({
  network: "chirpstack",
  query: { event: "up" },
  json: {
    time: new Date().toISOString(),
    deviceInfo: { devEui },
    fPort: 1,
    fCnt: counter,
    data: "AQ==",
    rxInfo: [{ gatewayId: "g", rssi: -71, snr: 3 }],
    ...more,
  },
});

describe("17: without a decoder the network's own values are taken", () => {
  test("17: nested names are joined, and the signal goes where it belongs", async () => {
    const from = client.messages.length;
    const object = { temperature: 21.5, hex: "ab" };
    expect(await answer(await send(uplink(PLAIN, 1, { object })))).toEqual([200, "thanks"]);
    await heard(from, "dtck/plain/plain1/TEMPERATURE", "21.5");
    await heard(from, "dtck/plain/plain1/HEX", "ab");
    await heard(from, "dtck/plain/plain1/SIGNAL", "-71");
  });
});

describe("17: tokens", () => {
  let counter = 100;
  const status = async (options: Parameters<typeof send>[1], headers: Record<string, string> = {}, devEui = PLAIN) => {
    const object = { temperature: counter };
    return (await send({ ...uplink(devEui, counter++, { object }), headers }, options)).status;
  };
  test("17: in any header, or in the address", async () => {
    expect(await status({})).toBe(200);
    expect(await status({ token: `Bearer ${NETWORK}` })).toBe(200);
    expect(await status({ token: NETWORK })).toBe(200);
    expect(await status({ token: null }, { Authentication: `Token ${NETWORK}` })).toBe(200);
    expect(await status({ token: null }, { "X-Whatever": NETWORK })).toBe(200);
    expect(await status({ token: null, query: `token=${NETWORK}` })).toBe(200);
    expect((await historyOf("plain1", "TEMPERATURE")).slice(-6).map(({ TEMPERATURE }) => TEMPERATURE)).toEqual([
      100, 101, 102, 103, 104, 105,
    ]);
  });
  test("17: a wrong one is refused in words", async () => {
    for (const options of [
      { token: `Token ${UNKNOWN}` },
      { token: "Basic YTpi" },
      { token: null, query: "token=wrong" },
    ]) {
      const response = await send(uplink(OPEN, 1), options);
      expect(response.status).toBe(401);
      expect(((await response.json()) as { message: string }).message).toMatch(/token/i);
    }
  });
  test("17: without one only products that ask for none are reached", async () => {
    const from = client.messages.length;
    expect(await status({ token: null }, {}, OPEN)).toBe(200);
    await heard(from, "dtck/open/open1/TEMPERATURE", String(counter - 1));
    const before = (await historyOf("plain1", "TEMPERATURE")).length;
    expect(await status({ token: null }, {}, PLAIN)).toBe(200);
    expect(await historyOf("plain1", "TEMPERATURE")).toHaveLength(before);
  });
  test("17: who may not record a device reaches nothing", async () => {
    const before = (await historyOf("plain1", "TEMPERATURE")).length;
    expect(await status({ token: `Token ${OTHERS}` })).toBe(200);
    expect(await historyOf("plain1", "TEMPERATURE")).toHaveLength(before);
  });
});

describe("17: what comes twice", () => {
  test("17: a retry, and a second network that heard the same frame, are stored once", async () => {
    const before = (await historyOf(`d-${"0101010101010101"}`, "HEX")).length;
    const time = new Date().toISOString();
    const first = uplink("0101010101010101", 4242, { data: "qrs=", time });
    const second: Partial<Body> = {
      network: "tti",
      json: {
        end_device_ids: { dev_eui: "0101010101010101" },
        uplink_message: { f_port: 1, f_cnt: 4242, frm_payload: "qrs=", received_at: time },
      },
    };
    const all = await Promise.all([send(first), send(first), send(second), send(second)]);
    for (const one of all) expect(await answer(one)).toEqual([200, "thanks"]);
    expect(await answer(await send(first))).toEqual([200, "thanks"]);
    expect(await historyOf("d-0101010101010101", "HEX")).toHaveLength(before + 1);
  });
  test("17: also when the server was killed in between", async () => {
    const before = (await historyOf("d-0101010101010101", "HEX")).length;
    const body = uplink("0101010101010101", 4243, { data: "qrs=" });
    expect((await send(body)).status).toBe(200);
    await client.end();
    await server.kill9();
    await server.restart();
    client = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, NETWORK);
    await client.client.subscribeAsync("dtck/#", { qos: 1 });
    expect(await answer(await send(body))).toEqual([200, "thanks"]);
    expect(await historyOf("d-0101010101010101", "HEX")).toHaveLength(before + 1);
  });
});

describe("17: what cannot be taken is told in words", () => {
  test.each([
    ["nowhere", "{}", 404, /no network "nowhere" here. There are: .*tti/],
    ["tti", "hello", 400, /not JSON: set the format of The Things Stack to JSON/],
    ["tti", "", 400, /body is empty/],
    ["auto", '{"a":1}', 400, /of no network that is known here/],
    ["chirpstack", '{"deviceInfo":{}}', 400, /devEui .* is missing/],
    ["tti", `"${"x".repeat(300_000)}"`, 413, /larger than/],
  ] as const)("17: %s %#", async (name, body, code, message) => {
    const headers = { Authorization: `Token ${NETWORK}` };
    const response = await server.http(`/integrations/lorawan/${name}`, undefined, { method: "POST", body, headers });
    expect(response.status).toBe(code);
    expect(((await response.json()) as { message: string }).message).toMatch(message);
  });

  test("17: a DevEUI that nobody knows is answered as any other, and suggested", async () => {
    expect(await answer(await send(uplink("00000000deadbeef", 1)))).toEqual([200, "thanks"]);
    const found = await until("it is suggested", async () => {
      const response = await server.http("/api/v1/workspaces/acme/suggestions", NETWORK);
      const { items } = (await response.json()) as { items: { name: string }[] }; // a page of them
      return items.find(({ name }) => name === "00000000deadbeef");
    });
    expect(found).toMatchObject({ kind: "device" });
    await until("its pass is kept", async () => (await lastOfNobody())?.outcome === "unknown");
  });

  test("17: what no network sent so is kept in words, with what came", async () => {
    const body = '{"messageType":"DestinationConfirmation","enableUrl":"https://iot.example.com/confirm/1"}';
    const headers = { "X-Whatever": NETWORK };
    const response = await server.http("/integrations/lorawan/aws", undefined, { method: "POST", body, headers });
    expect(response.status).toBe(400);
    const pass = await until("its pass is kept", async () => {
      const last = await lastOfNobody();
      return last?.network === "aws" && last;
    });
    expect(pass).toMatchObject({
      outcome: "failed",
      body,
      messages: [expect.stringContaining("open https://iot.example.com/confirm/1 once")],
    });
    expect(JSON.stringify(pass)).not.toContain(NETWORK);
  });

  test("17: a slash at the end, more of a path, and upper case in the name do not matter", async () => {
    for (const [i, address] of [
      "chirpstack/",
      "chirpstack/rest/callback/payloads/ul",
      "ChirpStack",
      "AUTO",
    ].entries()) {
      const body = uplink(PLAIN, 900 + i, { object: { temperature: 900 + i } });
      expect(await answer(await send(body, { address: address as "auto" }))).toEqual([200, "thanks"]);
    }
    expect((await historyOf("plain1", "TEMPERATURE")).slice(-4).map(({ TEMPERATURE }) => TEMPERATURE)).toEqual([
      900, 901, 902, 903,
    ]);
  });
});
