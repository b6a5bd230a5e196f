import { afterAll, beforeAll, expect, test } from "bun:test";
import { mosquittoPub } from "../run/clients.ts";
import { fieldcast, startServer, type TestServer } from "../run/server.ts";

const FLEET = `workspaces:
  - slug: acme
    name: Acme
    products:
      - { slug: p, name: P, fields: [{ id: T, type: NUMERIC }], devices: [{ id: open }, { id: closed }] }
    api_users:
      - { name: guests, rights: [{ device_ids: [open], can: [record_measurements] }] }
      - { name: reader, token: "00000000000000000000000000000000000000aa", rights: [{ devices: all, can: [view] }] }
`;
const READER = "00000000000000000000000000000000000000aa";
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ fleet: FLEET, flags: ["--anonymous", "acme/guests"] });
});
afterAll(() => server.remove());

function publish(device: string, version: string) {
  const port = String(server.ports.mqtt);
  return mosquittoPub(
    "-h",
    "127.0.0.1",
    "-p",
    port,
    "-V",
    version,
    "-q",
    "1",
    "-t",
    `dtck-pub/p/${device}/T`,
    "-m",
    "7",
  );
}

test("2: without credentials a client has exactly the rights of the API user that the setting names", async () => {
  for (const version of ["mqttv31", "mqttv311", "mqttv5"]) expect((await publish("open", version)).code).toBe(0);
  await publish("closed", "mqttv5");
  expect((await server.history(READER, "open")).length).toBe(3);
  expect(await server.history(READER, "closed")).toEqual([]);
  expect(await server.metric("fieldcast_refusals_total", 'code="unknown_device"')).toBe(1);
});

test("2: a wrong token is refused all the same", async () => {
  const port = String(server.ports.mqtt);
  const run = await mosquittoPub(
    "-h",
    "127.0.0.1",
    "-p",
    port,
    "-u",
    "x",
    "-P",
    "y",
    "-t",
    "dtck-pub/p/open/T",
    "-m",
    "7",
  );
  expect(run.code).not.toBe(0);
});

test("2: start-up warns, and a name that is nobody's stops the start with one line", async () => {
  expect(server.log()).toContain("warning: --anonymous acme/guests: MQTT clients from this machine need no token");
  const off = ["--mqtt", "off", "--mqtts", "off", "--http", "off", "--https", "off", "--wss", "off"];
  const run = await fieldcast(["serve", "--data", `${server.folder}/other`, "--anonymous", "acme/nobody", ...off]);
  expect(run.code).toBe(1);
  expect(run.err.trim()).toBe(
    "fieldcast: --anonymous acme/nobody: there is no such API user; make it with a fleet file (--apply)",
  );
});
