import { afterAll, beforeAll, expect, test } from "bun:test";
import { startServer, type TestServer } from "../run/server.ts";

const FULL = "0123456789abcdef0123456789abcdef01234567";
/** May set up integrations, and read and record nothing. */
const BLIND = "1111111111111111111111111111111111111111";
const VIEWER = "2222222222222222222222222222222222222222";
const EUI = "70b3d57ed00aaa01";

const DECODER = `function decodeUplink(input) {
  return { data: { temperature: (input.bytes[0] * 256 + input.bytes[1]) / 10, door: "maybe", co2: input.fPort } };
}`;
const FIELDS = `fields:
          - { id: TEMPERATURE, type: NUMERIC }
          - { id: DOOR, type: BOOL }`;
const FLEET = `workspaces:
  - slug: acme
    networks:
      - { name: ttn, type: tti, server: "https://eu1.cloud.thethings.network" }
      - { name: own, type: http, server: "https://api.example.com" }
    products:
      - slug: cellar
        network: ttn
        decoder: |
${DECODER.replace(/^/gm, "          ")}
        ${FIELDS}
        devices: [{ id: c1, name: Cellar, serial: "70-B3-D5-7E-D0-0A-AA-01" }]
      - slug: posts
        network: own
        ${FIELDS}
        devices: [{ id: p1 }]
    api_users:
      - { name: full, token: "${FULL}", rights: [{ devices: all, can: [view, record_measurements] }, { workspace: [integrations] }] }
      - { name: blind, token: "${BLIND}", rights: [{ workspace: [integrations] }] }
      - { name: viewer, token: "${VIEWER}", rights: [{ devices: all, can: [view] }, { workspace: [integrations] }] }
  - slug: other
    products:
      - slug: theirs
        ${FIELDS}
        devices: [{ id: t1, serial: "${EUI}" }]
`;

interface Tested {
  readonly problem: string | null;
  readonly events: readonly {
    readonly product: string | null;
    readonly device: string | null;
    readonly tried: { readonly rows: readonly Row[]; readonly error: object | null } | null;
  }[];
  readonly recorded: Record<string, number> | null;
}
interface Row {
  readonly field: string;
  readonly value: unknown;
  readonly fate: string;
}
interface Sample {
  readonly body: string;
  readonly address: string;
  readonly device: string | null;
}
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ fleet: FLEET });
});
afterAll(() => server.remove());

async function ask(path: string, token: string, body?: object): Promise<{ status: number; body: unknown }> {
  const json = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await server.http(`/api/v1/${path}`, token, body === undefined ? {} : json);
  return { status: answer.status, body: await answer.json() };
}
const networks = (rest: string) => `workspaces/acme/networks/${rest}`;
const sample = async (network: string, token = FULL) =>
  (await ask(networks(`${network}/sample`), token)).body as Sample; // as the document says
const run = async (network: string, body: object, token = FULL) =>
  (await ask(networks(`${network}/test`), token, body)).body as Tested; // as the document says
const current = async () =>
  (await ask("products/cellar/devices/c1/values", FULL)).body as { values: { value: unknown }[] };
const fates = ({ events }: Tested) => events[0]?.tried?.rows.map(({ field, value, fate }) => [field, value, fate]);

test("17: a sample of a network is tried with the decoder, and stores nothing", async () => {
  const made = await sample("ttn");
  expect([made.device, made.address, JSON.parse(made.body).end_device_ids.dev_eui]).toEqual([
    ...["c1", "/integrations/lorawan/tti"],
    EUI.toUpperCase(),
  ]);
  const tested = await run("ttn", { body: made.body });
  expect(fates(tested)).toEqual([
    ["TEMPERATURE", 21, "stored"],
    ["DOOR", "maybe", "refused"],
    ["CO2", 1, "suggested"],
  ]);
  expect([tested.problem, tested.recorded, tested.events.length]).toEqual([null, null, 1]);
  expect((await current()).values.some(({ value }) => value !== null)).toBe(false);
  const passes = (await ask("products/cellar/passes", FULL)).body as { items: unknown[] };
  expect(passes.items).toEqual([]);
});

test("17: really, it goes the whole way once; the next sample has the payload that came last", async () => {
  const made = await sample("ttn");
  const body = made.body.replace("ANI=", Buffer.of(0, 250).toString("base64"));
  const once = await run("ttn", { body, record: true });
  expect(once.recorded).toEqual({ stored: 1, refused: 2, repeated: 0, unknown: 0, suggested: 1 });
  expect((await run("ttn", { body, record: true })).recorded).toMatchObject({ stored: 0, repeated: 1 });
  expect((await current()).values.find(({ value }) => value !== null)).toMatchObject({ value: 25 });
  // of the device in the other workspace, which has the same DevEUI, nothing is told and nothing recorded
  expect(once.events.map(({ product, device }) => [product, device])).toEqual([["cellar", "c1"]]);
  const next = JSON.parse((await sample("ttn")).body) as { uplink_message: { frm_payload: string } };
  expect(next.uplink_message.frm_payload).toBe(Buffer.of(0, 250).toString("base64"));
});

test("17: what cannot be read says why; a device that nobody knows is suggested in this workspace", async () => {
  expect((await run("ttn", { body: "{not json" })).problem).toMatch(/JSON/);
  const stranger = (await sample("ttn")).body.replace(EUI.toUpperCase(), "70B3D57ED00AAAFF");
  const tested = await run("ttn", { body: stranger, record: true });
  expect([tested.events[0]?.device, tested.recorded]).toEqual([
    null,
    { stored: 0, refused: 0, repeated: 0, unknown: 1, suggested: 0 },
  ]);
  const suggested = (await ask("workspaces/acme/suggestions", FULL)).body as { items: { name: string }[] };
  expect(suggested.items.map(({ name }) => name)).toEqual(["70b3d57ed00aaaff"]);
});

test("17: without the right on its device one sees nothing of it, and records nothing", async () => {
  const made = await sample("ttn", BLIND);
  expect(made.device).toBeNull();
  const body = (await sample("ttn")).body;
  expect((await run("ttn", { body }, BLIND)).events.map(({ device }) => device)).toEqual([null]);
  const refused = await ask(networks("ttn/test"), VIEWER, { body, record: true });
  expect([refused.status, (refused.body as { code: string }).code]).toEqual([403, "not_permitted"]);
});

test("17: a network over HTTP: a request at the integration of its product", async () => {
  const made = await sample("own");
  expect(JSON.parse(made.body)).toEqual({ device: "p1", temperature: 21.5, door: true });
  expect(made.address).toMatch(/^\/integrations\/api\/[0-9a-f-]{36}\/$/);
  const tested = await run("own", { body: made.body, record: true });
  expect(fates(tested)).toEqual([
    ["TEMPERATURE", 21.5, "stored"],
    ["DOOR", true, "stored"],
  ]);
  expect(tested.recorded).toMatchObject({ stored: 2, refused: 0 });
});
