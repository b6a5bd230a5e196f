import { afterAll, beforeAll, expect, test } from "bun:test";
import { Lasting } from "../campaign/lasting.ts";
import { TOKENS } from "../run/fleet.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

const DEVICES = ["dev0", "dev1", "dev2"];
/** Publishes that are stored in each life. */
const A_LIFE = 120;

interface Line {
  readonly what: string;
  readonly values: readonly { readonly value: unknown }[];
}
/** `fired 31`, `cleared 28`, …: what a rule should have told, by all that is stored. */
async function expected(device: string): Promise<string[]> {
  const told: string[] = [];
  let isHot = false;
  for (const row of await server.history(TOKENS.device, device, "TEMPERATURE")) {
    const value = Number(row.TEMPERATURE);
    if (value > 30 === isHot) continue;
    isHot = value > 30;
    told.push(`${isHot ? "fired" : "cleared"} ${value}`);
  }
  return told;
}

test("a server that is killed again and again under load: rules have told of each change once, in the order of what is stored", async () => {
  for (const device of DEVICES)
    await server.operation("ruleCreate", {
      workspace: "acme",
      name: device,
      scope: { products: [], devices: [{ product: "my-product", device }], tags: [] },
      trigger: { type: "measurement", fields: ["TEMPERATURE"] },
      condition: { field: "TEMPERATURE", operator: ">", value: 30 },
    });
  const client = new Lasting("load", TOKENS.device, { window: 10 });
  let count = 0;
  for (let life = 0; life < 3; life++) {
    if (life > 0) await server.start();
    expect(await client.connect(server.ports.mqtt)).toBe(true);
    const before = client.stored.length;
    await until("some load", () => {
      for (; client.mayPublish; count++)
        client.publish(1, `dtck-pub/my-product/${DEVICES[count % 3]}/TEMPERATURE`, `${26 + ((count * 7919) % 10)}`);
      return client.stored.length > before + A_LIFE;
    });
    await server.kill9();
    client.cut();
  }
  await server.start();
  expect(await client.connect(server.ports.mqtt)).toBe(true);
  await until("all answers", () => client.sent.size === 0);
  await until("all was looked at", async () => {
    const lag = await server.metric("fieldcast_consumer_lag_rows", 'consumer="rules"');
    return lag === 0;
  });
  client.cut();
  for (const device of DEVICES) {
    const lines = (await server.operation("ruleLog", { rule: device, limit: 200 })) as Line[];
    const told = lines.toReversed().map(({ what, values }) => `${what} ${values[0]?.value}`);
    expect(told.length).toBeGreaterThan(20);
    expect(told).toEqual(await expected(device));
  }
}, 120_000);
