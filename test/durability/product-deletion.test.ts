import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { FLEET, TOKENS } from "../run/fleet.ts";
import { Raw } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

// a server with many devices, on a machine that may be busy
setDefaultTimeout(120_000);

const DEVICES = 10_000;
const MEASURED = 100;
const WITH_BIG = FLEET.replace(
  "    products:\n",
  `    products:
      - slug: big
        name: Big
        fields: [{ id: T, type: INT }]
        devices: [{ id: "n{0..${DEVICES - 1}}" }]
`,
);

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

const status = async (path: string): Promise<number> =>
  (await server.http(`/api/v1/products/${path}`, TOKENS.owner)).status;
const devicesOfBig = async (): Promise<number> =>
  ((await server.operation("productShow", { product: "big" })) as { devices: number }).devices;

/** Makes the product, whose devices begin without a value; then some of them are measured. */
async function fill(round: number): Promise<void> {
  await server.apply(WITH_BIG);
  expect(await devicesOfBig()).toBe(DEVICES);
  expect(await server.history(TOKENS.owner, "n0", "T")).toEqual([]);
  const raw = await Raw.login(server.ports.mqtt, { token: TOKENS.device });
  for (let n = 0; n < MEASURED; n++) raw.publish(`dtck-pub/big/n${n}/T`, String(round), { qos: 1, packetId: raw.id() });
  for (let n = 0; n < MEASURED; n++) await raw.expect("puback");
  await raw.leave();
  expect(await server.history(TOKENS.owner, "n0", "T")).toMatchObject([{ T: round }]);
}
const deletes = (): Promise<number> =>
  server
    .http("/api/v1/products/big?confirm=big", TOKENS.owner, { method: "DELETE" })
    .then((answer) => answer.status)
    .catch(() => 0);

test("a product that is seen to be gone stays gone when the server is killed while it takes it down", async () => {
  for (let round = 1; round <= 2; round++) {
    await fill(round);
    const deleted = deletes();
    await until("the product is gone", async () => (await status("big")) === 404);
    await server.kill9();
    await deleted;
    await server.restart();
    expect([await status("big"), await status("big/devices/n0")]).toEqual([404, 404]);
  }
});

test("while it is taken down nothing of it is seen, and the same slug can be made again", async () => {
  await fill(9);
  const raw = await Raw.login(server.ports.mqtt, { token: TOKENS.device });
  const deleted = deletes();
  await until("the product is gone", async () => (await status("big")) === 404);
  // whatever is asked now is asked beside the taking down, or behind it
  const again = server.apply(WITH_BIG);
  raw.publish("dtck-pub/big/n1/T", "7", { qos: 1, packetId: raw.id() });
  const { reasonCode } = await raw.expect("puback");
  expect(await deleted).toBe(200);
  await again;
  expect(await devicesOfBig()).toBe(DEVICES);
  expect(await server.history(TOKENS.owner, "n0", "T")).toEqual([]);
  // a publish was refused by the old one's end, or is all that the new one has
  const stored = await server.history(TOKENS.owner, "n1", "T");
  expect(stored.map((row) => row.T)).toEqual(reasonCode === 0 ? [7] : []);
  await raw.leave();
  await server.restart();
  expect(await devicesOfBig()).toBe(DEVICES);
  expect(await server.history(TOKENS.owner, "n0", "T")).toEqual([]);
});
