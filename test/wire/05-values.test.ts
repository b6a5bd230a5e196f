import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mqttJs } from "../run/clients.ts";
import { TOKENS } from "../run/fleet.ts";
import { payloadText, Raw } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { errorOf, heardJs, property, publishJs, publishRaw, subscribeRaw } from "./told.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

const login = (more: Parameters<typeof Raw.login>[1] = {}) =>
  Raw.login(server.ports.mqtt, { token: TOKENS.device, ...more });
/** A device that no other test uses: refusals of the same topic within a second are folded. */
const devices = (function* () {
  for (let n = 20; n < 1000; n++) yield `dev${n}`;
})();
const device = (): string => devices.next().value ?? "";
const record = (id: string, body: unknown, batch = false) =>
  server.http(`/v1/devices/${id}/record/${batch ? "?batch=true" : ""}`, TOKENS.device, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

const BAD = { code: "invalid_value" };
const LONG = "é".repeat(32_768); // 64 KiB of UTF-8
type Outcome = string | { readonly code: string };
/** Field, payload as it is sent, what is published or the code of the refusal. */
const VALUES: readonly [field: string, payload: string | Uint8Array, outcome: Outcome][] = [
  ["TEMPERATURE", "22.003", "22.003"],
  ["TEMPERATURE", "22", "22"],
  ["TEMPERATURE", "22.00", "22"],
  ["TEMPERATURE", "+22.50", "22.5"],
  ["TEMPERATURE", "-22.5", "-22.5"],
  ["TEMPERATURE", ".5", "0.5"],
  ["TEMPERATURE", "5.", "5"],
  ["TEMPERATURE", "007", "7"],
  ["TEMPERATURE", "-0", "0"],
  ["TEMPERATURE", "-0.0e5", "0"],
  ["TEMPERATURE", "1e3", "1000"],
  ["TEMPERATURE", "1E-3", "0.001"],
  ["TEMPERATURE", "1e21", "1e+21"],
  ["TEMPERATURE", "1e-7", "1e-7"],
  ["TEMPERATURE", "123456789012345678901234567890", "1.2345678901234568e+29"],
  ["TEMPERATURE", "0.1234567890123456789", "0.12345678901234568"],
  ["TEMPERATURE", "1e-400", "0"],
  ["TEMPERATURE", "1.7976931348623157e308", "1.7976931348623157e+308"],
  ["TEMPERATURE", " \t22.5\r\n", "22.5"],
  ["TEMPERATURE", "22.5\0\0", "22.5"],
  ["TEMPERATURE", '"22.5"', "22.5"],
  ["TEMPERATURE", "1e400", BAD],
  ["TEMPERATURE", "", BAD],
  ["TEMPERATURE", " \r\n", BAD],
  ["TEMPERATURE", "\0", BAD],
  ["TEMPERATURE", '""', BAD],
  ["TEMPERATURE", '"\\"22.5\\""', BAD], // unwrapped once
  ["TEMPERATURE", "NaN", BAD],
  ["TEMPERATURE", "Infinity", BAD],
  ["TEMPERATURE", "0x10", BAD],
  ["TEMPERATURE", "22,5", BAD],
  ["TEMPERATURE", "22.5 °C", BAD],
  ["TEMPERATURE", "1 2", BAD],
  ["TEMPERATURE", "1_000", BAD],
  ["TEMPERATURE", ".", BAD],
  ["TEMPERATURE", "e5", BAD],
  ["TEMPERATURE", "٢٢", BAD],
  ["TEMPERATURE", "\u00a022", BAD], // no ASCII space
  ["TEMPERATURE", "true", BAD],
  ["TEMPERATURE", "null", BAD],
  ["TEMPERATURE", "[22]", BAD],
  ["TEMPERATURE", '{"value":22}', BAD],
  ["TEMPERATURE", Uint8Array.of(0x32, 0xff), BAD],
  ["STEPS", "22", "22"],
  ["STEPS", "22.00", "22"],
  ["STEPS", "1e3", "1000"],
  ["STEPS", "0.1e1", "1"],
  ["STEPS", "-0", "0"],
  ["STEPS", "9007199254740991", "9007199254740991"],
  ["STEPS", "-9007199254740991", "-9007199254740991"],
  ["STEPS", "9007199254740992", BAD],
  ["STEPS", "9007199254740991.5", BAD], // judged on the text: as a double it is integral
  ["STEPS", "22.5", BAD],
  ["STEPS", "true", BAD],
  ["DOOR", "true", "true"],
  ["DOOR", "false", "false"],
  ["DOOR", "True", "true"],
  ["DOOR", "FALSE", "false"],
  ["DOOR", "1", "true"],
  ["DOOR", "0", "false"],
  ["DOOR", "on", "true"],
  ["DOOR", "OFF", "false"],
  ["DOOR", '"true"', "true"],
  ["DOOR", '"0"', "false"],
  ["DOOR", " on\n", "true"],
  ["DOOR", "yes", BAD],
  ["DOOR", "open", BAD],
  ["DOOR", "2", BAD],
  ["DOOR", "1.0", BAD],
  ["DOOR", "null", BAD],
  ["NOTE", "dfdfd", "dfdfd"],
  ["NOTE", "22.00", "22.00"],
  ["NOTE", "null", "null"],
  ["NOTE", '{"a": 1}', '{"a": 1}'],
  ["NOTE", "[1, 2]", "[1, 2]"],
  ["NOTE", '"quoted \\"text\\""', 'quoted "text"'],
  ["NOTE", '" inner "', " inner "],
  ["NOTE", " two words \n", "two words"],
  ["NOTE", '"', '"'],
  ["NOTE", '"half', '"half'],
  ["NOTE", '""', ""],
  ["NOTE", "Grüße 🌡", "Grüße 🌡"],
  ["NOTE", '"\\ud83c\\udf21"', "🌡"],
  ["NOTE", LONG, LONG],
  ["NOTE", "", BAD],
  ["NOTE", "a\0b", BAD],
  ["NOTE", '"a\\u0000b"', BAD],
  ["NOTE", '"\\ud83c"', BAD],
  ["NOTE", Uint8Array.of(0x61, 0xc3, 0x28), BAD],
  ["NOTE", `${LONG}x`, { code: "value_too_large" }],
  ["POSITION", "(52.5,13.4)", "(52.5,13.4)"],
  ["POSITION", "52.5,13.4", "(52.5,13.4)"],
  ["POSITION", " ( 52.50 , -13.4 ) ", "(52.5,-13.4)"],
  ["POSITION", '"(52.5,13.4)"', "(52.5,13.4)"],
  ["POSITION", '{"lat":52.5,"lng":13.4}', "(52.5,13.4)"],
  ["POSITION", '{"longitude":13.4,"latitude":52.5}', "(52.5,13.4)"],
  ["POSITION", '{"lat":52.5,"lon":13.4}', "(52.5,13.4)"],
  ["POSITION", "(-90,180)", "(-90,180)"],
  ["POSITION", "(90.001,0)", BAD],
  ["POSITION", "(0,-180.5)", BAD],
  ["POSITION", "52.5", BAD],
  ["POSITION", "1,2,3", BAD],
  ["POSITION", "[52.5,13.4]", BAD],
  ["POSITION", '{"lat":52.5}', BAD],
  ["POSITION", '{"lat":52.5,"latitude":52.5,"lng":13.4}', BAD],
  ["POSITION", '{"lat":52.5,"lng":13.4,"alt":30}', BAD],
  ["TOTAL", "1015", "1015"],
  ["TOTAL", "1015.5", "1015.5"],
  ["TOTAL", "12 kWh", BAD],
  ["temperature", "7.5", "7.5"],
];

describe("5: values over MQTT", () => {
  test("5: each type publishes what the table says, or refuses with the code", async () => {
    const client = await login();
    await client.subscribe(["dtck/my-product/+/+", "dtck-errors/my-product/+/+"]);
    for (const [field, payload, outcome] of VALUES) {
      const id = device();
      const what = `${field} ${typeof payload === "string" ? payload.slice(0, 60) : payload}`;
      const told = await publishRaw(client, `dtck-pub/my-product/${id}/${field}`, payload);
      expect(told.reason, what).toBe(typeof outcome === "string" ? 0 : 0x99);
      const heard = told.heard[0] ?? (await client.expect("publish"));
      if (typeof outcome === "string") {
        expect(heard.topic).toBe(`dtck/my-product/${id}/${field.toUpperCase()}`);
        expect(payloadText(heard), what).toBe(outcome);
      } else {
        expect(heard.topic).toBe(`dtck-errors/my-product/${id}/${field.toUpperCase()}`);
        expect(errorOf(heard).code, what).toBe(outcome.code);
        expect(told.text.length).toBeGreaterThan(10);
      }
    }
    await client.leave();
  });
  test("5: MQTT.js and 3.1.1 clients get the same text", async () => {
    for (const protocolVersion of [4, 5] as const) {
      const url = `mqtt://127.0.0.1:${server.ports.mqtt}`;
      const js = await mqttJs(url, TOKENS.device, undefined, { protocolVersion });
      await js.client.subscribeAsync("dtck/my-product/dev1/#");
      for (const [field, payload, outcome] of VALUES.filter((_, i) => i % 7 === 0)) {
        if (typeof outcome !== "string" || typeof payload !== "string") continue;
        await publishJs(js.client, `dtck-pub/my-product/dev1/${field}`, payload);
        expect(await heardJs(js, 1)).toEqual([`dtck/my-product/dev1/${field.toUpperCase()} ${outcome}`]);
      }
      await js.end();
    }
  });
  test("5: bool_text True is for products that say so", async () => {
    const client = await login();
    await client.subscribe("dtck/kept/box1/DOOR");
    for (const [payload, text] of [
      ["1", "True"],
      ["true", "True"],
      ["off", "False"],
    ] as const) {
      client.publish("dtck-pub/kept/box1/DOOR", payload);
      expect(await client.heard(text)).toEqual([`dtck/kept/box1/DOOR ${text}`]);
    }
    await client.leave();
  });
});

describe("5: values over HTTP", () => {
  test("5: text in the JSON is read as the payload of a publish is", async () => {
    const client = await login();
    await client.subscribe("dtck/my-product/+/+");
    for (const [field, payload, outcome] of VALUES) {
      // a JSON string is the one unwrapping that there is
      if (typeof payload !== "string" || payload.startsWith('"')) continue;
      // an empty text is a value of STRING; as a payload it can only be written in quotes
      if (field === "NOTE" && payload === "") continue;
      const id = device();
      const answer = await record(id, { field, value: payload });
      const body = (await answer.json()) as { code?: string };
      if (typeof outcome !== "string") {
        expect(body.code, `${field} ${payload.slice(0, 60)}`).toBe(outcome.code);
        expect(answer.status).toBe(outcome.code === "value_too_large" ? 413 : 400);
        continue;
      }
      expect(answer.status, `${field} ${payload.slice(0, 60)}: ${JSON.stringify(body)}`).toBe(200);
      if (field === "NOTE") await client.expect("publish");
      else expect(await client.heard(outcome)).toEqual([`dtck/my-product/${id}/${field.toUpperCase()} ${outcome}`]);
    }
    await client.leave();
  });
  const json: readonly [field: string, value: string, outcome: Outcome][] = [
    ["TEMPERATURE", "22.50", "22.5"],
    ["TEMPERATURE", "-0", "0"],
    ["TEMPERATURE", "1e400", BAD],
    ["TEMPERATURE", "true", BAD],
    ["STEPS", "9007199254740991", "9007199254740991"],
    ["STEPS", "9007199254740993", BAD],
    ["DOOR", "true", "true"],
    ["DOOR", "0", "false"],
    ["DOOR", "2", BAD],
    ["NOTE", "22.00", "22.00"],
    ["NOTE", "true", "true"],
    ["NOTE", '""', ""],
    ["POSITION", '{"lat": 1, "lng": 2}', "(1,2)"],
    ["POSITION", "[1,2]", BAD],
    ["TEMPERATURE", "null", BAD],
    ["NOTE", "null", BAD],
    ["NOTE", '{"a":1}', BAD],
    ["NOTE", "[]", BAD],
    ["DOOR", "{}", BAD],
  ];
  test("5: JSON values; null, arrays and objects are refused for every type", async () => {
    const client = await login();
    await client.subscribe("dtck/my-product/+/+");
    for (const [field, value, outcome] of json) {
      const id = device();
      for (const batch of [false, true]) {
        const body = batch ? `[{"field":"${field}","value":${value}}]` : `{"field":"${field}","value":${value}}`;
        const answer = await record(id, body, batch);
        if (typeof outcome === "string") {
          expect(answer.status, body).toBe(200);
          expect(payloadText(await client.expect("publish")), body).toBe(outcome);
        } else {
          expect(answer.status, body).toBe(400);
          expect(await answer.json(), body).toMatchObject({ code: outcome.code });
        }
      }
    }
    await client.leave();
  });
});

describe("5: batches", () => {
  const now = () => Math.floor(Date.now() / 1000);
  test("5: an object, an array and one row, over MQTT and over HTTP", async () => {
    const client = await login();
    const shapes: readonly [body: unknown, texts: string[]][] = [
      [{ TEMPERATURE: 1, note: "two", DOOR: "on" }, ["TEMPERATURE 1", "NOTE two", "DOOR true"]],
      [
        [
          { field: "TEMPERATURE", value: "3" },
          { field: "temperature", value: 4 },
        ],
        ["TEMPERATURE 3", "TEMPERATURE 4"],
      ],
      [{ field: "STEPS", value: 5 }, ["STEPS 5"]],
      [{ field: "STEPS", value: 6, timestamp: null }, ["STEPS 6"]],
    ];
    await client.subscribe("dtck/my-product/+/+");
    for (const [body, texts] of shapes) {
      const id = device();
      const told = await publishRaw(client, `dtck-pub/my-product/${id}`, JSON.stringify(body));
      expect(told.reason, JSON.stringify(body)).toBe(0);
      expect(await (await record(id, body, true)).json()).toEqual({ ok: true, recorded: texts.length });
      const heard = [...told.heard];
      for (const packet of await client.drain()) if (packet.type === "publish") heard.push(packet);
      expect(heard.map((p) => `${p.topic.split("/").at(-1)} ${payloadText(p)}`)).toEqual([...texts, ...texts]);
    }
    await client.leave();
  });
  test("5: all or nothing, and the answer names every bad row", async () => {
    const client = await login();
    const id = device();
    await client.subscribe(`dtck-errors/my-product/${id}`);
    const rows = [
      { field: "TEMPERATURE", value: 1 },
      { field: "TEMPERATURE", value: "warm" },
      { field: "NO_SUCH", value: 1 },
      { field: "STEPS", value: 1.5 },
    ];
    const told = await publishRaw(client, `dtck-pub/my-product/${id}`, JSON.stringify(rows));
    expect(told.reason).toBe(0x99);
    for (const named of ["row 1", "row 2", "row 3"]) expect(told.text.toLowerCase()).toContain(named);
    const [error = await client.expect("publish")] = told.heard;
    expect(errorOf(error)).toMatchObject({ code: "invalid_batch", row: 1 });
    const answer = await record(id, rows, true);
    expect(answer.status).toBe(400);
    const body = (await answer.json()) as { code: string; message: string; detail: string; rows: { row: number }[] };
    expect(body.rows.map(({ row }) => row)).toEqual([1, 2, 3]);
    expect(body.code).toBe("invalid_batch");
    expect(body.detail).toBe(body.message);
    expect(await server.history(TOKENS.device, id)).toEqual([]);
    await client.leave();
  });
  test.each([
    ['{"TEMPERATURE":1,"temperature":2}', "invalid_batch"],
    ["22", "invalid_batch"],
    ['"text"', "invalid_batch"],
    ["null", "invalid_batch"],
    ["[]", "invalid_batch"],
    ["{}", "invalid_batch"],
    ['{"TEMPERATURE":1', "invalid_batch"],
    ['[{"field":"TEMPERATURE"}]', "invalid_batch"],
    ['[{"field":"TEMPERATURE","value":1,"unit":"K"}]', "invalid_batch"],
    ["[1]", "invalid_batch"],
    ['[{"field":"TEMPERATURE","value":1,"timestamp":"yesterday"}]', "invalid_timestamp"],
  ])("5: the batch %s is refused", async (body, code) => {
    const client = await login();
    const id = device();
    await client.subscribe(`dtck-errors/my-product/${id}`);
    const told = await publishRaw(client, `dtck-pub/my-product/${id}`, body);
    expect(told.reason).toBe(0x99);
    const [error = await client.expect("publish")] = told.heard;
    expect(errorOf(error).code).toBe(code);
    const answer = await record(device(), body, true);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, code]);
    await client.leave();
  });
  test("5: at most 10,000 rows", async () => {
    const id = device();
    const rows = (n: number) => Array.from({ length: n }, (_, i) => ({ field: "STEPS", value: i }));
    expect(await (await record(id, rows(10_000), true)).json()).toEqual({ ok: true, recorded: 10_000 });
    const answer = await record(id, rows(10_001), true);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, "invalid_batch"]);
  });
  test("5: rows count in time order, and rows of a field may repeat", async () => {
    const client = await login();
    const id = device();
    await client.subscribe(`dtck/my-product/${id}/+`);
    const t = now() - 100;
    const rows = [
      { field: "STEPS", value: 3, timestamp: t + 2 },
      { field: "STEPS", value: 1, timestamp: t },
      { field: "STEPS", value: 2, timestamp: t + 1 },
    ];
    const { heard } = await publishRaw(client, `dtck-pub/my-product/${id}`, JSON.stringify(rows));
    for (const packet of await client.drain()) if (packet.type === "publish") heard.push(packet);
    expect(heard.map(payloadText)).toEqual(["1", "2", "3"]);
    expect((await server.history(TOKENS.device, id, "STEPS")).map(({ STEPS }) => STEPS)).toEqual([1, 2, 3]);
    await client.leave();
  });
});

describe("5: time", () => {
  const base = Math.floor(Date.now() / 1000) - 3600;
  const iso = new Date(base * 1000).toISOString().slice(0, 19);
  /** Written how, and the time that is told and stored. */
  const TIMES: readonly [stamp: string, time: string][] = [
    [`${base}`, `${iso}Z`],
    [`${base}.25`, `${iso}.25Z`],
    [`${base}.123456789`, `${iso}.123456Z`],
    [`${base}789`, `${iso}.789Z`],
    [`${iso}Z`, `${iso}Z`],
    [iso, `${iso}Z`],
    [`${iso}.5+00:00`, `${iso}.5Z`],
    [`${new Date((base + 7200) * 1000).toISOString().slice(0, 19)}+02:00`, `${iso}Z`],
  ];
  const micros = (text: string): string =>
    text.replace(/(?:\.(\d*?)0*)?Z$/, (_, f: string | undefined) => `.${(f ?? "").padEnd(6, "0")}Z`);

  test("5: a User Property timestamp, a row's timestamp and HTTP's mean the same", async () => {
    const client = await login();
    for (const [stamp, time] of TIMES) {
      const ids = [device(), device(), device()] as const;
      await client.subscribe(ids.map((id) => `dtck/my-product/${id}/STEPS`));
      const properties = { userProperties: [["timestamp", stamp] as [string, string]] };
      const single = await publishRaw(client, `dtck-pub/my-product/${ids[0]}/STEPS`, "1", properties);
      expect(single.reason, stamp).toBe(0);
      const row = JSON.stringify([{ field: "STEPS", value: 1, timestamp: stamp }]);
      const batch = await publishRaw(client, `dtck-pub/my-product/${ids[1]}`, row);
      expect((await record(ids[2], { field: "STEPS", value: 1, timestamp: stamp })).status).toBe(200);
      const heard = [...single.heard, ...batch.heard];
      for (const packet of await client.drain()) if (packet.type === "publish") heard.push(packet);
      expect(
        heard.map((p) => micros(property(p, "timestamp") ?? "")),
        stamp,
      ).toEqual(Array(3).fill(micros(time)));
      for (const id of ids) {
        const rows = await server.history(TOKENS.device, id, "STEPS");
        expect(
          rows.map((r) => micros(String(r.time))),
          stamp,
        ).toEqual([micros(time)]);
      }
    }
    await client.leave();
  });
  test("5: a User Property timestamp is the default for a batch's rows", async () => {
    const client = await login();
    const id = device();
    const rows = [
      { field: "STEPS", value: 1 },
      { field: "STEPS", value: 2, timestamp: base + 60 },
      { field: "NOTE", value: "x", timestamp: null },
    ];
    await publishRaw(client, `dtck-pub/my-product/${id}`, JSON.stringify(rows), {
      userProperties: [["timestamp", String(base)]],
    });
    const stored = await server.history(TOKENS.device, id, "STEPS,NOTE");
    expect(stored.map(({ time, ...row }) => [micros(String(time)), row])).toEqual([
      [micros(`${iso}Z`), { STEPS: 1, NOTE: "x" }],
      [micros(new Date((base + 60) * 1000).toISOString()), { STEPS: 2, NOTE: null }],
    ]);
    await client.leave();
  });
  test.each([
    ["before 2000", "946684799"],
    ["more than 5 minutes ahead", String(Math.floor(Date.now() / 1000) + 400)],
    ["far ahead in ms", "9999999999999"],
    ["words", "now"],
    ["11 digits", "12345678901"],
    ["empty", ""],
    ["no such day", "2024-02-30T00:00:00Z"],
    ["negative", "-5"],
  ])("5: the time is refused: %s", async (_, stamp) => {
    const client = await login();
    const id = device();
    await client.subscribe("dtck-errors/my-product/+/+");
    const told = await publishRaw(client, `dtck-pub/my-product/${id}/STEPS`, "1", {
      userProperties: [["timestamp", stamp]],
    });
    expect(told.reason).toBe(0x99);
    const [error = await client.expect("publish")] = told.heard;
    expect(errorOf(error).code).toBe("invalid_timestamp");
    const answer = await record(id, { field: "STEPS", value: 1, timestamp: stamp });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, "invalid_timestamp"]);
    expect(await server.history(TOKENS.device, id)).toEqual([]);
    await client.leave();
  });
  test("5: more than one User Property timestamp is refused", async () => {
    const client = await login();
    const told = await publishRaw(client, `dtck-pub/my-product/${device()}/STEPS`, "1", {
      userProperties: [
        ["timestamp", String(base)],
        ["timestamp", String(base)],
      ],
    });
    expect(told.reason).toBe(0x99);
    expect(told.text).toContain("timestamp");
    await client.leave();
  });
  test("5: other User Properties are not the platform's", async () => {
    const client = await login();
    const id = device();
    await subscribeRaw(client, `dtck/my-product/${id}/+`);
    const told = await publishRaw(client, `dtck-pub/my-product/${id}/STEPS`, "1", {
      userProperties: [
        ["Timestamp", "not a time"],
        ["from", "me"],
      ],
      contentType: "text/plain",
      responseTopic: "answers/here",
      correlationData: Uint8Array.of(1, 2),
      payloadFormatIndicator: 1,
    });
    const [heard = await client.expect("publish")] = told.heard;
    expect(told.reason).toBe(0);
    expect(heard.properties?.userProperties?.map(([name]) => name)).toEqual(["timestamp"]);
    expect(Object.keys(heard.properties ?? {})).toEqual(["userProperties"]);
    await client.leave();
  });
  test("5: arrival stamps increase strictly: no arrival overwrites another", async () => {
    const client = await login();
    const id = device();
    const batch = JSON.stringify(Array.from({ length: 50 }, (_, i) => ({ field: "STEPS", value: i })));
    for (let i = 0; i < 10; i++) client.publish(`dtck-pub/my-product/${id}`, batch);
    await client.record(`dtck-pub/my-product/${id}/STEPS`, "-1");
    const rows = await server.history(TOKENS.device, id, "STEPS");
    expect(rows.map(({ STEPS }) => STEPS)).toEqual([...Array.from({ length: 500 }, (_, i) => i % 50), -1]);
    expect(new Set(rows.map(({ time }) => time)).size).toBe(501);
    await client.leave();
  });
  test("5: of two writes with the same explicit time the last wins", async () => {
    const id = device();
    for (const value of [1, 2, 3]) await record(id, { field: "STEPS", value, timestamp: base });
    expect((await server.history(TOKENS.device, id, "STEPS")).map(({ STEPS }) => STEPS)).toEqual([3]);
  });
});

describe("5: published", () => {
  test("5: the bare value; v5 deliveries carry timestamp, and unit where the field has one", async () => {
    const client = await login();
    const id = device();
    await client.subscribe(`dtck/my-product/${id}/+`);
    const before = Date.now();
    client.publish(`dtck-pub/my-product/${id}/TEMPERATURE`, "22.003");
    const warm = await client.expect("publish");
    expect(payloadText(warm)).toBe("22.003");
    expect(property(warm, "unit")).toBe("°C");
    const at = Date.parse(property(warm, "timestamp") ?? "");
    expect(at).toBeGreaterThanOrEqual(before - 1);
    expect(at).toBeLessThanOrEqual(Date.now() + 1);
    client.publish(`dtck-pub/my-product/${id}/STEPS`, "1");
    expect(property(await client.expect("publish"), "unit")).toBeUndefined();
    await client.leave();
  });
  test("5: a retain flag on dtck-pub is tolerated and has no effect; QoS 0, 1 and 2 all record", async () => {
    for (const version of [3, 4, 5] as const) {
      const client = await login({ version, clientId: `r${version}` });
      const id = device();
      const topic = `dtck-pub/my-product/${id}/STEPS`;
      client.publish(topic, "0", { retain: true });
      client.publish(topic, "1", { retain: true, qos: 1, packetId: 1 });
      client.publish(topic, "2", { retain: true, qos: 2, packetId: 2 });
      expect((await client.expect("puback")).reasonCode).toBe(0);
      expect((await client.expect("pubrec")).reasonCode).toBe(0);
      client.send({ type: "pubrel", packetId: 2, reasonCode: 0 });
      expect((await client.expect("pubcomp")).reasonCode).toBe(0);
      expect((await server.history(TOKENS.device, id, "STEPS")).map(({ STEPS }) => STEPS)).toEqual([0, 1, 2]);
      await client.subscribe(`dtck/my-product/${id}/+`);
      expect(await client.drain()).toEqual([]); // nothing was retained
      await client.leave();
    }
  });
});
