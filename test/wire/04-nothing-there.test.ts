import { afterAll, beforeAll, expect, test } from "bun:test";
import { DEVICE, SERIAL, TOKENS } from "../run/fleet.ts";
import { Raw } from "../run/raw.ts";
import { fieldcast, startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

/** Filters that name what is not there: granted, for it may come, and told. */
let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

async function told(filter: string, token: string = TOKENS.device): Promise<string | undefined> {
  const raw = await Raw.login(server.ports.mqtt, { token });
  const { reasonCodes, properties } = await raw.subscribe(filter, 1);
  expect(reasonCodes).toEqual([1]);
  await raw.leave();
  return properties?.reasonString;
}

test.each([
  ["dtck/my-prodct/dev1/NOTE", 'no product "my-prodct" that you may view. Did you mean my-product?'],
  ["dtck/my-product/dev1/NOET", 'no field "NOET" in my-product that you may view. Did you mean NOTE?'],
  ["dtck/my-product/+/HUMIDITY", 'no field "HUMIDITY" in my-product that you may view.'],
  ["dtck/my-product/dev99999/+", 'no device "dev99999" in my-product that you may view.'],
  ["dtck/+/no-such/#", 'no device "no-such" that you may view.'],
  [`dtck/my-product/${SERIAL}/+`, `subscribe to dtck/my-product/${DEVICE}/+`],
  ["$share/g/dtck/my-prodct/#", "Did you mean my-product?"],
])("4: %s", async (filter, words) => {
  const text = await told(filter);
  expect(text).toContain("Nothing of that name is there now: ");
  expect(text).toContain(words);
});
test.each(["dtck/#", "#", "dtck/+/+/NOTE", "dtck/my-product/dev1/note", "dtck-errors/no/such/+"])(
  "4: %s: nothing to tell",
  async (filter) => expect((await told(filter)) ?? "").not.toContain("Nothing of that name"),
);
test("4: what may not be viewed is as what is not there, and is never suggested", async () => {
  const there = await told("dtck/my-product/dev9/+", TOKENS.tagged);
  const absent = await told("dtck/my-product/dev8888/+", TOKENS.tagged);
  expect(there?.replace("dev9", "X")).toBe(absent?.replace("dev8888", "X"));
  expect(await told("dtck/kep/+/+", TOKENS.device)).not.toContain("other-product");
  expect(await told("dtck/my-product/dev10/+", TOKENS.tagged)).not.toContain("Did you mean dev");
});
test("4: it stands in the session's sheet and in the inspector, and is over when the device has come", async () => {
  const raw = await Raw.login(server.ports.mqtt, { token: TOKENS.device, clientId: "waits" });
  await raw.subscribe("dtck/my-product/comes-later/NOTE");
  const show = async () => (await fieldcast(["session", "show", "waits", "--data", server.data])).out;
  expect(await show()).toContain('Nothing of that name is there now: no device "comes-later" in my-product');
  const inspected = await until("the event", async () => {
    const answer = await server.http("/api/v1/inspect?kind=subscribed", TOKENS.device);
    const text = await answer.text();
    return text.includes("comes-later") ? text : null;
  });
  expect(inspected).toContain("nothing_there");
  const made = await server.http("/api/v1/products/my-product/devices", TOKENS.device, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ id: "comes-later" }),
  });
  expect(made.status).toBe(201);
  expect(await show()).not.toContain("Nothing of that name");
  raw.publish("dtck-pub/my-product/comes-later/NOTE", "here");
  expect(await raw.heard("here")).toEqual(["dtck/my-product/comes-later/NOTE here"]);
  await raw.leave();
});
