import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { KEYS, playNetworks } from "./networks.ts";

/** Downlinks from the API, or a change of a field, to servers that play each network, and back as its reports. */

const TOKEN = "0123456789abcdef0123456789abcdef01234567";
const READER = "00112233445566778899aabbccddeeff00112233";
const OWNER = "89abcdef0123456789abcdef0123456789abcdef";
const NETWORKS = ["tti", "chirpstack", "chirpstack_rest", "chirpstack_v3", "helium", "loriot", "actility"] as const;
type Network = (typeof NETWORKS)[number];

const played = playNetworks();
const settings: Record<Network | "http", string> = {
  tti: `server: "${played.at("tti")}", application: house, webhook: fieldcast, key: ${KEYS.tti}`,
  chirpstack: `server: "${played.at("chirpstack")}", key: ${KEYS.chirpstack}`,
  chirpstack_rest: `server: "${played.at("chirpstack_rest")}", key: ${KEYS.chirpstack_rest}`,
  chirpstack_v3: `server: "${played.at("chirpstack_v3")}/", key: ${KEYS.chirpstack_v3}`,
  helium: `server: "${played.at("helium")}"`,
  loriot: `server: "${played.at("loriot")}", application: BE7A0001, key: ${KEYS.loriot}`,
  actility: `server: "${played.at("actility")}/thingpark/lrc/rest", application: TWA_1.2.AS, key: ${KEYS.actility}`,
  http: `server: "${played.at("http")}/v1", key: "${KEYS.http}"`,
};
const EUIS: Record<Network, string> = {
  tti: "70B3D57ED005A11C",
  chirpstack: "a84041000181c061",
  chirpstack_rest: "A8-40-41-00-01-81-C0-62",
  chirpstack_v3: "a84041000181c063",
  helium: "A84041000181C064",
  loriot: "a84041000181c065",
  actility: "A84041000181C066",
};
const slug = (network: string) => network.replaceAll("_", "-");
const devices = (network: Network) => `[{ id: d1, serial: "${EUIS[network].replaceAll("-", ":")}" }]`;

const FLEET = `
workspaces:
  - slug: acme
    networks:
${(["http", ...NETWORKS] as const).map((type) => `      - { name: ${slug(type)}, type: ${type}, ${settings[type]} }`).join("\n")}
    products:
${NETWORKS.map(
  (network) => `
      - slug: ${slug(network)}
        network: ${slug(network)}
        fields: [{ id: INTERVAL, type: INT }, { id: RAW, type: STRING }]
        devices: ${devices(network)}
        decoder: |
          function Decoder(bytes, port) { return [{ field: "INTERVAL", value: bytes[0] }]; }
        downlinks:
          - name: interval
            port: 10
            confirmed: true
            fields: [INTERVAL]
            encoder: |
              function Encoder(measurements, port) {
                console.log("port " + port);
                return [1, measurements.INTERVAL.value];
              }
          - { name: raw, field: RAW, port: 4, replace: true }
          - { name: reboot, hex: "ff 00", port: 3 }`,
).join("")}
      - slug: mirror
        network: chirpstack
        fields: [{ id: BUTTON, type: INT }, { id: LED, type: INT }]
        devices: [{ id: m1, serial: "a84041000181c0aa" }, { id: m2, serial: ffffffffffffffff }]
        downlinks:
          - name: led
            confirmed: true
            triggers: [LED]
            encoder: |
              function encodeDownlink(input) { return { bytes: [input.data.led], fPort: 7 }; }
          - { name: follow, sent_by: field, triggers: [BUTTON], encoder: "function Encoder(device, m) { return [{ field: 'LED', value: m.BUTTON.value * 2 }]; }" }
          - { name: broken, encoder: "function Encoder(m) {\\n  return missing.value;\\n}" }
          - { name: nothing, encoder: "function Encoder(m) { return []; }" }
          - { name: message, sent_by: broker, encoder: "function Encoder(device, m) { return { topic: 'x/' + device.id, payload: 'on' }; }" }
      - slug: requests
        network: http
        fields: [{ id: MODE, type: STRING }]
        devices: [{ id: r1, serial: SN-1 }]
        downlinks:
          - name: mode
            encoder: |
              function Encoder(device, measurements) {
                return {
                  method: "PUT",
                  url: "/devices/" + device.serial_number + "/mode",
                  queryParameters: { by: "fieldcast" },
                  headers: { "X-Mode": "1" },
                  body: { mode: measurements.MODE.value },
                };
              }
    api_users:
      - { name: sender, token: "${TOKEN}", rights: [{ devices: all, can: [record_measurements] }] }
      - { name: reader, token: "${READER}", rights: [{ devices: all, can: [view] }] }
users:
  - { email: owner@example.com, token: ${OWNER}, workspaces: { acme: owner } }
`;

let server: TestServer;
beforeAll(async () => {
  server = await startServer({
    fleet: FLEET,
    flags: ["--allow-outgoing", "127.0.0.1", "--max-downlink-rate", "6000"],
  });
}, 60_000);
afterAll(async () => {
  await server.remove();
  played.stop();
});

// biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what the test is about
type Json = any;
async function api(
  method: string,
  path: string,
  body?: object,
  token = TOKEN,
): Promise<{ status: number; body: Json }> {
  const headers = { "Content-Type": "application/json", "If-Match": "*" };
  const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
  const answer = await server.http(`/api/v1${path}`, token, init);
  return { status: answer.status, body: await answer.json() };
}
const queueOf = (product: string, device = "d1") => `/products/${product}/devices/${device}/downlinks`;
async function send(product: string, body: object, device = "d1"): Promise<Json> {
  const answer = await api("POST", queueOf(product, device), body);
  expect([answer.status, answer.body.detail]).toEqual([201, undefined]);
  return answer.body.sent;
}
/** Until a downlink has a state; answers it. */
async function reach(sent: Json, ...states: string[]): Promise<Json> {
  let now: Json = null;
  await until(`${sent.product}/${sent.id} is ${states}`, async () => {
    now = (await api("GET", `${queueOf(sent.product, sent.device)}/${sent.id}`, undefined, READER)).body;
    return states.includes(now.state);
  });
  return now;
}
async function hook(network: string, body: object, headers: Record<string, string> = {}): Promise<void> {
  const answer = await server.http(`/integrations/lorawan/${network}`, TOKEN, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  expect([answer.status, await answer.text()]).toEqual([200, "thanks"]);
}
const record = async (product: string, device: string, field: string, value: unknown) => {
  const answer = await api("POST", `/products/${product}/devices/${device}/measurements`, [{ field, value }]);
  return answer.status;
};

const TTI_IDS = { device_id: "cellar-3", application_ids: { application_id: "house" }, dev_eui: EUIS.tti };
const DEVICE_INFO = (devEui: string) => ({ applicationId: "a", deviceName: "d", devEui });

/** What each network sends for an uplink, and once the device has confirmed. */
const UPLINKS: Record<Network, () => Promise<void>> = {
  tti: () =>
    hook("tti", {
      end_device_ids: TTI_IDS,
      received_at: "2026-03-04T10:11:12Z",
      uplink_message: { f_port: 2, f_cnt: 1, frm_payload: "Cg==", rx_metadata: [], settings: {} },
    }),
  chirpstack: () =>
    hook("chirpstack", {
      deduplicationId: "1",
      deviceInfo: DEVICE_INFO(EUIS.chirpstack),
      fCnt: 1,
      fPort: 2,
      data: "Cg==",
    }),
  chirpstack_rest: () =>
    hook("chirpstack", {
      deduplicationId: "2",
      deviceInfo: DEVICE_INFO(EUIS.chirpstack_rest.replaceAll("-", "").toLowerCase()),
      fCnt: 1,
      fPort: 2,
      data: "Cg==",
    }),
  chirpstack_v3: () =>
    hook("chirpstack?event=up", {
      applicationID: "1",
      devEUI: EUIS.chirpstack_v3,
      fCnt: 1,
      fPort: 2,
      data: "Cg==",
      rxInfo: [],
      txInfo: {},
    }),
  helium: () =>
    hook("helium", {
      type: "uplink",
      uuid: "u1",
      dev_eui: EUIS.helium,
      fcnt: 1,
      port: 2,
      payload: "Cg==",
      reported_at: Date.now(),
      hotspots: [],
      downlink_url: `${played.at("helium")}/api/v1/down/int-1/secret/dev-9`,
    }),
  loriot: () =>
    hook("loriot", {
      cmd: "rx",
      EUI: EUIS.loriot.toUpperCase(),
      seqno: 1,
      fcnt: 1,
      port: 2,
      data: "0a",
      ts: Date.now(),
    }),
  actility: () =>
    hook("actility", {
      DevEUI_uplink: { Time: new Date().toISOString(), DevEUI: EUIS.actility, FPort: 2, FCntUp: 1, payload_hex: "0a" },
    }),
};

describe.each([...NETWORKS])("%s", (network) => {
  const product = slug(network);
  test("uplink, then a downlink of an encoder with the field that came, as the network's API wants it", async () => {
    await UPLINKS[network]();
    const before = played.taken.length;
    const sent = await send(product, { downlink: "interval" });
    expect(sent).toMatchObject({ state: "queued", hex: "010a", port: 10, confirmed: true, sender: "sender@acme" });
    await reach(sent, "sent");
    const [taken] = played.taken.slice(before);
    const eui = EUIS[network].replaceAll("-", "");
    const device = { tti: "cellar-3", helium: "dev-9" }[network as string] ?? eui;
    expect(taken).toMatchObject({ network, hex: "010a", port: 10, confirmed: true, replaced: false });
    expect(taken?.device.toLowerCase()).toBe(device.toLowerCase());
  });

  test("bytes that a field holds, in place of what is queued; bytes that are given", async () => {
    expect(await record(product, "d1", "RAW", "0x0A:ff")).toBe(200);
    const before = played.taken.length;
    await reach(await send(product, { downlink: "raw" }), "sent");
    await reach(await send(product, { base64: "3q0=", port: 99, confirmed: true }), "sent");
    const replaces = !["helium", "loriot"].includes(network);
    expect(played.taken.slice(before)).toMatchObject([
      { hex: "0aff", port: 4, confirmed: false, replaced: replaces },
      { hex: "dead", port: 99, confirmed: true, replaced: false },
    ]);
  });
});

describe("what networks report", () => {
  const last = async (product: string) => {
    const { items } = (await api("GET", `${queueOf(product)}?limit=1`)).body;
    return items[0];
  };
  test("The Things Stack: by our correlation id, queued, sent, acknowledged", async () => {
    const sent = await reach(await send("tti", { hex: "01", port: 5, confirmed: true }), "sent");
    const down = {
      f_port: 5,
      f_cnt: 3,
      frm_payload: "AQ==",
      confirmed: true,
      correlation_ids: [`fieldcast:${sent.id}`, "as:1"],
    };
    for (const kind of ["downlink_queued", "downlink_sent", "downlink_ack"])
      await hook("tti", { end_device_ids: TTI_IDS, received_at: new Date().toISOString(), [kind]: down });
    const done = await reach(sent, "acknowledged");
    expect(done.steps.map(({ note }: Json) => note)).toEqual([
      null,
      "The Things Stack took it",
      "the network has queued it",
      "the network has sent it",
      "the device confirmed it",
    ]);
    const failed = await reach(await send("tti", { hex: "02", port: 5 }), "sent");
    await hook("tti", {
      end_device_ids: TTI_IDS,
      received_at: new Date().toISOString(),
      downlink_failed: {
        downlink: { f_port: 5, frm_payload: "Ag==", correlation_ids: [`fieldcast:${failed.id}`] },
        error: {
          namespace: "pkg/networkserver",
          name: "payload_too_long",
          message_format: "payload too long for {dr}",
          attributes: { dr: "SF12" },
        },
      },
    });
    expect((await reach(failed, "failed")).steps.at(-1).note).toBe("the network failed: payload too long for SF12");
  });
  test("ChirpStack: by the id of the queue item; version 3 by the frame counter; LORIOT by seqdn; Actility by CorrelationID", async () => {
    const four = await reach(await send("chirpstack", { hex: "01", confirmed: true }), "sent");
    const id = played.taken.at(-1)?.id;
    await hook("chirpstack?event=txack", {
      downlinkId: 7,
      queueItemId: id,
      deviceInfo: DEVICE_INFO(EUIS.chirpstack),
      fCntDown: 4,
      gatewayId: "0016c001",
    });
    await hook("chirpstack?event=ack", {
      deduplicationId: "a",
      queueItemId: id,
      deviceInfo: DEVICE_INFO(EUIS.chirpstack),
      acknowledged: true,
      fCntDown: 4,
    });
    expect((await reach(four, "acknowledged")).steps.map(({ note }: Json) => note).slice(-2)).toEqual([
      "a gateway has transmitted it",
      "the device confirmed it",
    ]);
    const three = await reach(await send("chirpstack-v3", { hex: "01", confirmed: true }), "sent");
    await hook("chirpstack?event=ack", {
      applicationID: "1",
      applicationName: "a",
      deviceName: "d",
      devEUI: EUIS.chirpstack_v3,
      acknowledged: false,
      fCnt: 17,
    });
    expect((await reach(three, "failed")).steps.at(-1).note).toContain("the device did not confirm it");
    await hook("chirpstack?event=ack", {
      applicationID: "1",
      applicationName: "a",
      deviceName: "d",
      devEUI: EUIS.chirpstack_v3,
      acknowledged: true,
      fCnt: 17,
    });
    await reach(three, "acknowledged");
    const loriot = await reach(await send("loriot", { hex: "01", confirmed: true }), "sent");
    await hook("loriot", { cmd: "txd", EUI: EUIS.loriot.toUpperCase(), seqdn: 8, error: "No gateway" });
    expect((await reach(loriot, "failed")).steps.at(-1).note).toContain("No gateway");
    const confirmed = await reach(await send("actility", { hex: "02", confirmed: true }), "sent");
    const CorrelationID = played.taken.at(-1)?.reference;
    const [Time, DevEUI] = [new Date().toISOString(), EUIS.actility];
    await hook("actility", { DevEUI_downlink_Sent: { Time, DevEUI, FPort: 1, DeliveryStatus: 1, CorrelationID } });
    await until("it was transmitted", async () => (await reach(confirmed, "sent")).steps.length > 2);
    await hook("actility", { DevEUI_uplink: { Time, DevEUI, FPort: 2, FCntUp: 9, ACKbit: "1", payload_hex: "0b" } });
    await reach(confirmed, "acknowledged");
    const actility = await reach(await send("actility", { hex: "01" }), "sent");
    await hook("actility", {
      DevEUI_downlink_Sent: {
        Time: new Date().toISOString(),
        DevEUI: EUIS.actility,
        FPort: 1,
        DeliveryStatus: 0,
        DeliveryFailedCause1: "A1",
        CorrelationID: played.taken.at(-1)?.reference,
      },
    });
    expect((await reach(actility, "failed")).steps.at(-1).note).toContain("A1");
    expect((await last("actility")).id).toBe(actility.id);
  });
});

describe("a change of a field", () => {
  test("an uplink's field changes, its downlink goes out, the confirmation comes back", async () => {
    const before = played.taken.length;
    expect(await record("mirror", "m1", "LED", 5)).toBe(200);
    await until("the LED's downlink", () => played.taken.length > before);
    expect(played.taken.at(-1)).toMatchObject({ device: "a84041000181c0aa", hex: "05", port: 7, confirmed: true });
    const [sent] = (await api("GET", queueOf("mirror", "m1"))).body.items;
    expect(sent).toMatchObject({ downlink: "led", sender: null });
    await hook("chirpstack?event=ack", {
      deduplicationId: "b",
      queueItemId: played.taken.at(-1)?.id,
      deviceInfo: DEVICE_INFO("a84041000181c0aa"),
      acknowledged: true,
    });
    await reach(sent, "acknowledged");
    // the same value is no change
    await record("mirror", "m1", "LED", 5);
    await record("mirror", "m1", "LED", 6);
    await until("the next one", () => played.taken.at(-1)?.hex === "06");
    expect((await api("GET", queueOf("mirror", "m1"))).body.items.map(({ hex }: Json) => hex)).toEqual(["06", "05"]);
  });
  test("one field is written by the change of another, which sends its own", async () => {
    await record("mirror", "m1", "BUTTON", 20);
    await until("twice as much", () => played.taken.at(-1)?.hex === "28");
    const values = (await api("GET", "/products/mirror/devices/m1/values", undefined, READER)).body.values;
    expect(values.find(({ field }: Json) => field === "LED").value).toBe(40);
    const items = (await api("GET", queueOf("mirror", "m1"))).body.items;
    expect(items.find(({ downlink }: Json) => downlink === "follow")).toMatchObject({
      state: "sent",
      written: [{ field: "LED", value: 40 }],
    });
  });
});

describe("what cannot be sent", () => {
  test("says why: the encoder, its result, the network, the rights", async () => {
    const refusalOf = async (product: string, device: string, body: object, token?: string) => {
      const answer = await api("POST", queueOf(product, device), body, token);
      return [answer.status, answer.body.detail];
    };
    expect(await refusalOf("mirror", "m1", { downlink: "broken" })).toEqual([
      400,
      expect.stringMatching(/^values: the encoder failed: .*missing.* \(line 2\)/),
    ]);
    expect(await refusalOf("mirror", "m1", { downlink: "nothing" })).toEqual([
      400,
      expect.stringContaining("gave nothing to send"),
    ]);
    expect(await refusalOf("mirror", "m1", { downlink: "none" })).toEqual([
      404,
      expect.stringContaining("It has led, follow"),
    ]);
    expect(await refusalOf("mirror", "m1", {})).toEqual([
      400,
      expect.stringContaining("one of downlink, hex, base64 and text"),
    ]);
    expect(await refusalOf("mirror", "m1", { hex: "1" })).toEqual([400, expect.stringContaining("hex:")]);
    expect(await refusalOf("mirror", "m1", { hex: "01" }, READER)).toEqual([
      403,
      expect.stringContaining("record_measurements"),
    ]);
    const unknown = await reach(await send("mirror", { hex: "01" }, "m2"), "failed");
    expect(unknown.steps.at(-1).note).toBe(
      "ChirpStack refused it: gRPC status 5: Object does not exist (id: ffffffffffffffff)",
    );
    const message = await reach(await send("mirror", { downlink: "message" }, "m1"), "failed");
    expect(message).toMatchObject({ topic: "x/m1", payload: "on" });
    expect(message.steps.at(-1).note).toContain("no connection to an external broker is set up");
  });
  test("a key that the network refuses is its words; mended, the next one goes through", async () => {
    const network = "/workspaces/acme/networks/loriot";
    expect((await api("PATCH", network, { key: "wrong" }, OWNER)).body).toMatchObject({ has_key: true });
    const failed = await reach(await send("loriot", { hex: "01" }), "failed");
    expect(failed.steps.at(-1).note).toBe("LORIOT refused it: HTTP 401: Invalid token");
    await api("PATCH", network, { key: KEYS.loriot }, OWNER);
    await reach(await send("loriot", { hex: "01" }), "sent");
    expect((await api("DELETE", network, undefined, OWNER)).body.detail).toContain("is used by loriot");
  });
  test("a dry run tells what would be sent, and sends nothing", async () => {
    const before = played.asked();
    const { body } = await api("POST", queueOf("tti"), {
      downlink: "interval",
      values: { INTERVAL: 200 },
      dry_run: true,
    });
    expect(body).toMatchObject({ sent: null, content: { hex: "01c8", port: 10 }, log: ["port 10"] });
    expect(played.asked()).toBe(before);
  });
});

test("the commands send, list, show and cancel", async () => {
  const shown = async (...args: string[]) => {
    const { code, out, err } = await server.cli("downlink", ...args);
    expect([code, code === 0 ? "" : err]).toEqual([0, ""]);
    return out;
  };
  const dry = await shown("send", "tti", "d1", "interval", "--value", "INTERVAL=7", "--dry-run");
  expect(dry).toBe("0107 on port 10\nNothing was sent: this was a dry run.\n");
  const sent = JSON.parse(await shown("send", "tti", "d1", "interval", "--value", "INTERVAL=7", "--json")).sent;
  await reach({ ...sent, product: "tti", device: "d1" }, "sent");
  expect(await shown("show", "tti", "d1", sent.id)).toMatch(
    /State: +sent\n.*queued\n.*sent +The Things Stack took it\n$/s,
  );
  expect(await shown("list", "tti", "d1", "--limit", "1")).toMatch(
    new RegExp(`${sent.id} .* interval +0107 on port 10 +sent`),
  );
  expect((await server.cli("downlink", "cancel", "tti", "d1", sent.id)).err).toContain(
    "only a queued one can be cancelled",
  );
  expect((await server.cli("downlink", "show", "tti", "d1", sent.id, "--json")).out).toContain(
    '"sender": "the command line"',
  );
});

test("a request that an encoder makes, with the network's key", async () => {
  await record("requests", "r1", "MODE", "eco");
  const sent = await send("requests", { downlink: "mode" }, "r1");
  expect(sent.request).toBe(`PUT ${played.at("http")}/v1/devices/SN-1/mode`);
  await reach(sent, "sent");
  const taken = played.taken.at(-1);
  expect([taken?.device, taken?.reference, Buffer.from(taken?.hex ?? "", "hex").toString()]).toEqual([
    "SN-1",
    "fieldcast",
    '{"mode":"eco"}',
  ]);
});

test("who did it, and what became of it, is seen: the audit log and the inspector", async () => {
  const audit = (await api("GET", "/audit?action=downlink", undefined, OWNER)).body.items;
  expect(audit.length).toBeGreaterThan(0);
  expect(audit[0]).toMatchObject({ action: "downlink.send", actor: { name: "sender@acme" } });
  const events = (await api("GET", "/inspect?kind=downlink", undefined, OWNER)).body.items;
  expect(new Set(events.map(({ code }: Json) => code))).toContain("acknowledged");
  expect(JSON.stringify([audit, events])).not.toContain(KEYS.loriot);
  expect(server.log()).not.toContain(KEYS.tti);
});

describe("a server that is killed", () => {
  test("a network that is away gets it when it is back, once; a kill amid the request is told", async () => {
    played.away.times = 1;
    const later = await send("tti", { hex: "0a0a", port: 1 });
    await until("the first attempt", async () => (await reach(later, "queued", "sent")).attempts >= 1);
    await server.kill9();
    await server.start();
    await reach(later, "sent");
    expect(played.taken.filter(({ hex }) => hex === "0a0a")).toHaveLength(1);

    const gate = Promise.withResolvers<void>();
    played.gate.wait = gate.promise;
    const asked = played.asked();
    const amid = await send("tti", { hex: "0b0b", port: 1 });
    await until("the request", () => played.asked() > asked);
    await server.kill9();
    played.gate.wait = null;
    gate.resolve();
    await server.start();
    const done = await reach(amid, "sent");
    expect(done.steps.map(({ note }: Json) => note)).toContain(
      "the server ended while it was being sent: it is sent again, and may arrive twice",
    );
    const references = new Set(played.taken.filter(({ hex }) => hex === "0b0b").map(({ reference }) => reference));
    expect(references).toEqual(new Set([`fieldcast:${amid.id}`]));
  }, 60_000);

  test("a confirmation that was answered is kept", async () => {
    for (const hex of ["0c01", "0c02", "0c03"]) {
      const sent = await reach(await send("chirpstack", { hex, confirmed: true }), "sent");
      const queueItemId = played.taken.findLast((one) => one.hex === hex)?.id;
      await hook("chirpstack?event=ack", {
        deduplicationId: hex,
        queueItemId,
        deviceInfo: DEVICE_INFO(EUIS.chirpstack),
        acknowledged: true,
      });
      await server.kill9();
      await server.start();
      expect((await api("GET", `${queueOf("chirpstack")}/${sent.id}`, undefined, READER)).body.state).toBe(
        "acknowledged",
      );
    }
  }, 60_000);

  test("each change of a field is one downlink, however often the server is killed amid them", async () => {
    const values = Array.from({ length: 60 }, (_, i) => 100 + i);
    const before = played.taken.length;
    for (const [i, value] of values.entries()) {
      const path = "/products/mirror/devices/m1/measurements";
      // an answer that is lost is asked for again, as clients do; the value is the same, so it is no change
      for (let tries = 0; ; tries++) {
        const status = await api("POST", path, [{ field: "LED", value }]).then(
          (answer) => answer.status,
          () => 0,
        );
        if (status === 200) break;
        expect(tries).toBeLessThan(20);
      }
      if (i % 20 === 10) {
        await server.kill9();
        await server.start();
      }
    }
    const hex = (value: number) => Buffer.from([value]).toString("hex");
    await until("the last one", () => played.taken.at(-1)?.hex === hex(159));
    const items = (await api("GET", `${queueOf("mirror", "m1")}?limit=500`)).body.items as Json[];
    const led = items.filter(({ downlink, hex: sent }) => downlink === "led" && values.map(hex).includes(sent));
    expect(led.map(({ hex: sent }) => sent).reverse()).toEqual(values.map(hex));
    // what the network has twice is told
    const told = led
      .filter(({ steps }) => steps.some(({ note }: Json) => note?.includes("may arrive twice")))
      .map(({ hex: sent }) => sent);
    const arrived = played.taken.slice(before).map(({ hex: sent }) => sent);
    const twice = arrived.filter((sent, i) => arrived.indexOf(sent) !== i);
    expect(twice.filter((sent) => !told.includes(sent))).toEqual([]);
    expect(values.map(hex).filter((sent) => !arrived.includes(sent))).toEqual([]);
  }, 120_000);
});
