import { afterAll, beforeAll, expect, test } from "bun:test";
import { account } from "../run/account.ts";
import { mqttJs } from "../run/clients.ts";
import { TOKENS } from "../run/fleet.ts";
import { Raw } from "../run/raw.ts";
import { fieldcast, startServer, type TestServer } from "../run/server.ts";

/** Rights on free topics (wire contract sections 4 and 8), on an instance that has them. */
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ flags: ["--free-topics"] });
});
afterAll(() => server.remove());

const FILTERS = ["test/nosubscribe", "#", "test/+", "test/nosubscribe/#", "a/b"];
const codes = async (token: string, version: 3 | 4 | 5 = 5): Promise<readonly number[]> => {
  const raw = await Raw.login(server.ports.mqtt, { token, version });
  const { reasonCodes } = await raw.subscribe(FILTERS);
  await raw.leave();
  return reasonCodes;
};

test("4, 8: an exception refuses what it covers and nothing wider; v5 0x87, 3.1.1 0x80, 3.1 granted in name", async () => {
  const line = `{ free_topics: ["#"], except: [test/nosubscribe], can: [publish, subscribe] }`;
  const user = await account(server, "all but one", line);
  expect(await codes(user.token)).toEqual([0x87, 0, 0, 0, 0]);
  expect(await codes(user.token, 4)).toEqual([0x80, 0, 0, 0, 0]);
  expect(await codes(user.token, 3)).toEqual([0, 0, 0, 0, 0]);
  // rights obey at once: the next SUBSCRIBE of the same connection
  const raw = await Raw.login(server.ports.mqtt, { token: user.token });
  expect((await raw.subscribe(["test/nosubscribe"])).reasonCodes).toEqual([0x87]);
  await user.rights(`{ free_topics: [test/+], can: [subscribe] }`);
  expect((await raw.subscribe(["test/nosubscribe", "a/b"])).reasonCodes).toEqual([0, 0x87]);
  await user.rights(`{ free_topics: [test/+], can: [publish] }`);
  const suback = await raw.subscribe(["test/x"]);
  expect(suback.reasonCodes).toEqual([0x87]);
  expect(suback.properties?.reasonString).toContain("rights on free topics");
  await raw.leave();
});

test("4: without a grant none; a person only as owner or admin, in exactly one workspace", async () => {
  const nothing = [0x87, 0, 0x87, 0x87, 0x87]; // under # lies dtck-errors
  expect(await codes(TOKENS.none)).toEqual(nothing);
  expect(await codes(TOKENS.owner)).toEqual(nothing); // of two workspaces
  expect(await codes(TOKENS.observer)).toEqual(nothing);
  const admin = "0e".repeat(20);
  await server.apply(`users: [{ email: one@example.com, token: ${admin}, workspaces: { acme: admin } }]`);
  expect(await codes(admin)).toEqual([0, 0, 0, 0, 0]);
  const js = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, admin, undefined, { protocolVersion: 4 });
  expect(await js.client.subscribeAsync("a/b")).toMatchObject([{ topic: "a/b", qos: 0 }]);
  await js.end();
});

test("8: the fleet file says why a grant is refused, and the start says which topics are free", async () => {
  const refused = server.apply(
    `workspaces: [{ slug: acme, api_users: [{ name: x, rights: [{ free_topics: [dtck/#], can: [publish] }] }] }]`,
  );
  expect(await refused.catch(String)).toContain("belong to the platform");
  expect((await fieldcast(["serve", "--free-topics=maybe"])).err).toContain("--free-topics");
  expect(server.log()).toMatch(/Free topics +on: all topics but dtck\/…, dtck-… and \$…/);
});
