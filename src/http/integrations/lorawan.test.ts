import { expect, test } from "bun:test";
import { Refusal } from "../../base/errors.ts";
import { errorOf, makeWorld, RECORDER, STRANGER } from "../http.testing.ts";

const UPLINK = JSON.stringify({
  deviceInfo: { devEui: "0101010101010101" },
  time: "2026-03-01T11:59:59Z",
  fPort: 2,
  fCnt: 7,
  data: "AQI=",
});
const ADDRESS = "/integrations/lorawan/chirpstack?event=up";
const UNKNOWN = "0".repeat(40);

/** The same fleet, with a product that takes uplinks without a token. */
function withOpenProduct(given: Parameters<typeof makeWorld>[0] = {}) {
  const world = makeWorld(given);
  const row = world.directory.product("q")?.row;
  if (!row) throw new Error("the product is not there");
  world.directory.apply([{ kind: "product", op: "put", row: { ...row, networkTokenNeeded: false } }]);
  return world;
}

test("a request is read and passed on as an event, by who sent it", async () => {
  const { ask, integrations, braked } = makeWorld();
  const answer = await ask("POST", ADDRESS, RECORDER, UPLINK, { "X-Tts-Domain": "eu1" });
  expect([answer.status, await answer.text()]).toEqual([200, "thanks"]);
  expect(answer.headers.get("Content-Type")).toStartWith("text/plain");
  const [incoming] = integrations.received;
  expect(incoming).toMatchObject({
    way: "lorawan",
    network: "chirpstack",
    remote: "127.0.0.1",
    product: null,
    principal: { key: "a:1" },
    events: [{ kind: "up", devEui: "0101010101010101", uplink: { counter: 7, port: 2 } }],
    request: { method: "POST", path: "/integrations/lorawan/chirpstack", query: [["event", "up"]] },
  });
  expect(incoming?.request?.headers).toContainEqual(["x-tts-domain", "eu1"]);
  expect(braked.asked).toEqual([`a:1 ${UPLINK.length}`]);
});

test("without a token it is nobody's, where a product takes that; otherwise it is said what to send", async () => {
  const open = withOpenProduct();
  expect((await open.ask("POST", ADDRESS, null, UPLINK)).status).toBe(200);
  expect(open.integrations.received[0]?.principal).toBeNull();
  const closed = makeWorld();
  const answer = await closed.ask("POST", ADDRESS, null, UPLINK);
  expect(answer.status).toBe(401);
  expect((await errorOf(answer)).message).toContain("?token=<access token>");
  expect(closed.braked.failed).toEqual([]);
});

test.each([
  [{ Authorization: `Token ${UNKNOWN}` }, ""],
  [{ Authentication: `Token ${UNKNOWN}` }, ""],
  [{}, `&token=${UNKNOWN}`],
])(
  "a wrong token is refused, also where none is needed, and waits as every failed login does: %p %p",
  async (headers, query) => {
    const { ask, integrations, braked } = withOpenProduct();
    const asked = ask("POST", `${ADDRESS}${query}`, null, UPLINK, headers as Record<string, string>);
    for (let turns = 0; turns < 100 && braked.due.length === 0; turns++) await Promise.resolve();
    for (const due of braked.due) due();
    expect((await asked).status).toBe(401);
    expect(braked.failed).toEqual(["127.0.0.1"]);
    expect(integrations.received).toEqual([]);
  },
);

test("who sends faster than the account may is told to wait", async () => {
  const { ask, braked, integrations } = makeWorld();
  braked.wait = 3;
  const answer = await ask("POST", ADDRESS, RECORDER, UPLINK);
  expect([answer.status, answer.headers.get("Retry-After")]).toEqual([429, "3"]);
  expect(integrations.received).toEqual([]);
});

test("who sends without a token may send so many a second from one address", async () => {
  const world = withOpenProduct({ maxIntegrationRate: 2 });
  const statuses: number[] = [];
  for (let i = 0; i < 3; i++) statuses.push((await world.ask("POST", ADDRESS, null, UPLINK)).status);
  statuses.push((await world.ask("POST", ADDRESS, RECORDER, UPLINK)).status);
  expect(statuses).toEqual([200, 200, 429, 200]);
});

test("what is not stored in 1.8 s is answered with 503, so that who tries again does", async () => {
  const { ask, braked, integrations } = makeWorld();
  const commit = Promise.withResolvers<void>();
  integrations.commit = commit.promise;
  const asked = ask("POST", ADDRESS, STRANGER, UPLINK);
  for (let turns = 0; turns < 100 && braked.due.length === 0; turns++)
    await new Promise((resolve) => setImmediate(resolve));
  for (const due of braked.due) due();
  const answer = await asked;
  expect([answer.status, answer.headers.get("Retry-After")]).toEqual([503, "5"]);
  expect((await errorOf(answer)).message).toContain("Send it again");
  integrations.failure = new Refusal("storage_unavailable", "too late for anybody");
  commit.resolve();
  await commit.promise;
});

test("what cannot be read is refused in words, which are kept as well", async () => {
  const { ask, integrations } = makeWorld();
  const answer = await ask("POST", "/integrations/lorawan/tti", RECORDER, '{"end_device_ids":{}}');
  expect(answer.status).toBe(400);
  expect(integrations.unread).toEqual([expect.stringContaining("end_device_ids.dev_eui is missing")]);
  expect((await errorOf(answer)).message).toBe(integrations.unread[0] ?? "");
});

test("there is nothing for other methods and unknown networks", async () => {
  const { ask } = makeWorld();
  const get = await ask("GET", "/integrations/lorawan/tti", RECORDER);
  expect([get.status, get.headers.get("Allow")]).toEqual([405, "POST, PUT"]);
  expect((await errorOf(await ask("POST", "/integrations/lorawan/none", RECORDER, UPLINK))).message).toContain("auto");
});

test("the short way answers as the long one does, headers and refusals alike", async () => {
  const { ask } = makeWorld();
  await ask("GET", "/", null); // by now the short way is there
  for (const [body, status] of [
    [UPLINK, 200],
    ["{}", 400],
  ] as const) {
    const short = await ask("POST", "/integrations/lorawan/chirpstack?event=up", RECORDER, body);
    const long = await ask("POST", "/integrations/lorawan/chirpstack/x?event=up", RECORDER, body);
    expect([short.status, long.status]).toEqual([status, status]);
    expect([...short.headers].sort()).toEqual([...long.headers].sort());
    expect(await short.text()).toBe(await long.text());
  }
});
