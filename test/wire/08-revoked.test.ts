import { afterAll, beforeAll, expect, test } from "bun:test";
import { account } from "../run/account.ts";
import { Raw, type Wish } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";

const persistent: Wish = { cleanStart: false, properties: { sessionExpiryInterval: 600 } };
const ALL = "{ devices: all, can: [record_measurements] }";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

/** Whether the session under this client identifier is still there. */
async function present(token: string, clientId: string): Promise<boolean> {
  const raw = await Raw.open(server.ports.mqtt);
  const { sessionPresent } = await raw.connect({ token, clientId, ...persistent });
  await raw.leave();
  return sessionPresent;
}

test("2: a token that is revoked while its client is away takes the session along, also after a restart", async () => {
  const user = await account(server, "away", ALL);
  const second = (await server.cli("token", "create", "away@acme")).out.trim();
  const third = (await server.cli("token", "create", "away@acme")).out.trim();
  const clients = [
    ["kept", user.token],
    ["later", second],
    ["down", third],
  ] as const;
  for (const [clientId, token] of clients) {
    await (await Raw.login(server.ports.mqtt, { token, clientId, ...persistent })).leave();
  }
  // the last connection of a session counts, not the one that made it
  await (await Raw.login(server.ports.mqtt, { token: user.token, clientId: "moved", ...persistent })).leave();
  await (await Raw.login(server.ports.mqtt, { token: second, clientId: "moved", ...persistent })).leave();
  await server.stop();
  expect((await server.cli("token", "revoke", third)).code).toBe(0);
  await server.restart();
  expect((await server.cli("token", "revoke", second)).code).toBe(0);
  const there: Record<string, boolean> = {};
  for (const clientId of ["kept", "later", "down", "moved"]) there[clientId] = await present(user.token, clientId);
  expect(there).toEqual({ kept: true, later: false, down: false, moved: false });
});

test("2: who logged in with no token stays when the API user's last token goes, and its session too", async () => {
  const named = await startServer({ flags: ["--anonymous", "acme/field devices"] });
  try {
    const login = { userName: undefined, password: undefined, clientId: "n", ...persistent };
    const raw = await Raw.open(named.ports.mqtt);
    expect((await raw.connect(login as Wish)).reasonCode).toBe(0);
    expect((await named.cli("token", "revoke", "0123456789abcdef0123456789abcdef01234567")).code).toBe(0);
    expect(await raw.drain()).toEqual([]);
    await raw.leave();
  } finally {
    await named.remove();
  }
});
