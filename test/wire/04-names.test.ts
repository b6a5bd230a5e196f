import { afterAll, beforeAll, expect, test } from "bun:test";
import { TOKENS } from "../run/fleet.ts";
import { Raw } from "../run/raw.ts";
import { fieldcast, startServer, type TestServer } from "../run/server.ts";

/** Names as public firmware has them: underscores in what becomes the slug, digits in front of a field. */
const FLEET = `workspaces:
  - slug: plant_2
    name: Plant 2
    products:
      - slug: tasmota_4f2a1c
        name: Plugs
        fields:
          - { id: 1_WIRE_TEMP, type: NUMERIC }
          - { id: 2m_humidity, type: INT }
          - { id: 007, type: STRING }
          - { id: 1E5, type: COUNTER }
        devices: [{ id: "000001", serial: tasmota_4F2A1C }]
      - { slug: a_b-c_d, name: Mixed, fields: [{ id: 0, type: BOOL }], devices: [{ id: d }] }
    api_users:
      - name: device
        token: ${TOKENS.device}
        rights: [{ products: [tasmota_4f2a1c, a_b-c_d], can: [record_measurements] }, { devices: all, can: [edit_product] }, { workspace: [devices] }]
`;
const FIELDS = ["1_WIRE_TEMP", "2M_HUMIDITY", "007", "1E5"];
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ fleet: FLEET });
});
afterAll(() => server.remove());

test("4: slugs with underscores and fields that begin with a digit are recorded, heard, asked for and exported", async () => {
  const client = await Raw.login(server.ports.mqtt, { token: TOKENS.device, clientId: "c" });
  expect((await client.subscribe(["dtck/tasmota_4f2a1c/*/+", "dtck/a_b-c_d/d/0"])).reasonCodes).toEqual([0, 0]);
  client.publish("dtck-pub/tasmota_4f2a1c/tasmota_4F2A1C/1_wire_temp", "21.5");
  client.publish("dtck-pub/tasmota_4f2a1c/000001/1E5", "1e5");
  client.publish("dtck-pub/tasmota_4f2a1c/000001", '{"2m_humidity":40,"007":"1e5"}');
  client.publish("dtck-pub/a_b-c_d/d/0", "on");
  expect(await client.heard("true")).toEqual([
    "dtck/tasmota_4f2a1c/000001/1_WIRE_TEMP 21.5",
    "dtck/tasmota_4f2a1c/000001/1E5 100000",
    "dtck/tasmota_4f2a1c/000001/2M_HUMIDITY 40",
    "dtck/tasmota_4f2a1c/000001/007 1e5",
    "dtck/a_b-c_d/d/0 true",
  ]);
  await client.leave();

  const record = await server.http("/v1/devices/000001/record/", TOKENS.device, {
    method: "POST",
    body: JSON.stringify({ field: "2M_humidity", value: 41 }),
  });
  expect(record.status).toBe(200);
  const asked = `fields=${FIELDS.join(",")}&resolution=raw`;
  const history = await server.http(`/v1/devices/000001/historic_data/?${asked}`, TOKENS.device);
  expect(history.status).toBe(200);
  const text = await history.text();
  for (const field of FIELDS) expect(text).toContain(`"${field}"`);
  const csv = await fieldcast([
    "export",
    "--product",
    "tasmota_4f2a1c",
    "--field",
    "2m_humidity",
    "--field",
    "007",
    "--data",
    server.data,
    "--format",
    "csv",
  ]);
  expect(csv.code, csv.err).toBe(0);
  for (const field of ["2M_HUMIDITY", "007"]) expect(csv.out).toContain(`,${field},`);
});

test("4: such names are made over the API, which tells their pattern", async () => {
  const post = (path: string, body: unknown) =>
    server.http(`/api/v1${path}`, TOKENS.device, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  expect((await post("/workspaces/plant_2/products", { name: "X", slug: "zigbee2mqtt_0x00" })).status).toBe(201);
  expect((await post("/products/zigbee2mqtt_0x00/fields", { id: "3v3_rail", type: "NUMERIC" })).status).toBe(201);
  expect((await post("/products/zigbee2mqtt_0x00/devices", { id: "0" })).status).toBe(201);
  for (const slug of ["_x", "x_", "x__y", "x-_y", "X"])
    expect((await post("/workspaces/plant_2/products", { name: "X", slug })).status).toBe(400);
  for (const id of ["_1", "1-A", "é"])
    expect((await post("/products/zigbee2mqtt_0x00/fields", { id, type: "INT" })).status).toBe(400);
  const document = await (await server.http("/api/v1/openapi.json", TOKENS.device)).text();
  expect(document).toContain('"pattern":"^[a-z0-9]+([-_][a-z0-9]+)*$"');
});
