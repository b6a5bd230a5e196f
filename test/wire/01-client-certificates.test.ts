import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { issue, type KeyPair, makeAuthority } from "../../src/listen/authority.ts";
import { TOKENS } from "../run/fleet.ts";
import { Raw } from "../run/raw.ts";
import { fieldcast, startServer, type TestServer } from "../run/server.ts";
import { tls } from "../run/tls.ts";
import { until } from "../run/until.ts";

const NOW = Date.now() * 1000;
const folder = mkdtempSync(join(tmpdir(), "fieldcast-client-ca-"));
const caFile = join(folder, "client-ca.pem");
const ca = makeAuthority(NOW);
const client = (subject: string, of = ca, usage: "clientAuth" | "serverAuth" = "clientAuth"): KeyPair =>
  issue(of, { subject, usage, names: [] }, NOW);
const viewer = client("acme/viewer");

let optional: TestServer;
let required: TestServer;
beforeAll(async () => {
  writeFileSync(caFile, ca.certPem);
  const asks = ["--tls-client-ca", caFile];
  [optional, required] = await Promise.all([
    startServer({ flags: asks }),
    startServer({ flags: [...asks, "--tls-client-certificates", "required"] }),
  ]);
});
afterAll(async () => {
  await Promise.all([optional.remove(), required.remove()]);
  rmSync(folder, { recursive: true });
});

/** A connection that shows a certificate. @throws when the handshake does not succeed */
async function open(to: TestServer, pair: KeyPair | null, version: "TLSv1.2" | "TLSv1.3" = "TLSv1.3"): Promise<Raw> {
  const shown = pair === null ? {} : { cert: pair.certPem, key: pair.keyPem };
  const versions = { minVersion: version, maxVersion: version };
  return Raw.on(await tls({ port: to.ports.mqtts, ca: readFileSync(to.caFile), ...versions, ...shown }));
}
/** The code of CONNACK; null: it came to none. */
async function login(to: TestServer, pair: KeyPair | null, wish: object, version?: "TLSv1.2"): Promise<number | null> {
  const raw = await open(to, pair, version).catch(() => null);
  if (raw === null) return null;
  const code = await raw.connect({ ...wish }).then(
    ({ reasonCode }) => reasonCode,
    () => null,
  );
  raw.socket.destroy();
  return code;
}

describe("client certificates on --mqtts", () => {
  test("one that names an API user logs in without a password, with exactly its rights", async () => {
    for (const [to, version] of [
      [optional, "TLSv1.2"],
      [optional, "TLSv1.3"],
      [required, "TLSv1.2"],
      [required, "TLSv1.3"],
    ] as const) {
      const raw = await open(to, viewer, version);
      expect((await raw.connect({ clientId: "v" })).reasonCode).toBe(0);
      expect(await raw.record("dtck-pub/my-product/dev1/NOTE", "1")).toBe(0x87); // it may view, not record
      expect((await raw.subscribe("dtck/my-product/+/NOTE")).reasonCodes).toEqual([0]);
      await raw.leave();
    }
  });
  test("a token beside it must be of the same account", async () => {
    expect(await login(required, viewer, { token: TOKENS.viewer })).toBe(0);
    expect(await login(required, viewer, { token: TOKENS.device })).toBe(0x87);
    expect(await login(required, viewer, { token: TOKENS.unknown })).toBe(0x86);
    expect(await login(required, client("acme/no mqtt"), {})).toBe(0x87);
    expect(await login(required, client("acme/nobody"), { token: TOKENS.viewer })).toBe(0x87);
    expect(await login(required, client("sensor 7"), { token: TOKENS.viewer })).toBe(0x87);
  });
  test("optional: without one a token logs in as ever; required: nothing does", async () => {
    expect(await login(optional, null, { token: TOKENS.viewer })).toBe(0);
    expect(await login(optional, null, {})).toBe(0x86);
    expect(await login(required, null, { token: TOKENS.viewer })).toBeNull();
    expect(await login(required, null, { token: TOKENS.viewer }, "TLSv1.2")).toBeNull();
    const refused = () => required.metric("fieldcast_connections_refused_total", 'reason="client_certificate"');
    await until("the count", async () => (await refused()) >= 2);
    expect(required.log()).toContain("closed a connection (client certificate)");
  });
  test("one of another authority, or one that is not for clients, is no way in, whatever the token", async () => {
    const other = client("acme/viewer", makeAuthority(NOW));
    const wrongUse = client("acme/viewer", ca, "serverAuth");
    const past = NOW - 20 * 365 * 86_400_000_000;
    const oldCa = makeAuthority(past);
    const old = issue(oldCa, { subject: "acme/viewer", usage: "clientAuth", names: [] }, past);
    for (const to of [optional, required])
      for (const pair of [other, wrongUse, old])
        for (const version of [undefined, "TLSv1.2"] as const)
          expect(await login(to, pair, { token: TOKENS.viewer }, version)).toBeNull();
    const refused = await optional.metric("fieldcast_connections_refused_total", 'reason="client_certificate"');
    expect(refused).toBeGreaterThanOrEqual(6);
  });
  test("an API user that is gone is cut off, and its certificate opens nothing any more", async () => {
    const own = await startServer({ flags: ["--tls-client-ca", caFile] });
    const raw = await open(own, client("globex/globex devices"));
    expect((await raw.connect({ clientId: "g" })).reasonCode).toBe(0);
    const fleet = "workspaces: [{ slug: globex, api_users: [{ name: globex devices, mqtt: false }] }]";
    await own.apply(fleet);
    expect((await raw.ended()).at(-1)).toMatchObject({ type: "disconnect", reasonCode: 0x87 });
    expect(await login(own, client("globex/globex devices"), {})).toBe(0x87);
    await own.remove();
  });
  test("a new authority is taken over without dropping connections; a bad file keeps the old one and says so", async () => {
    const file = join(folder, "changes.pem");
    const next = makeAuthority(NOW);
    writeFileSync(file, ca.certPem);
    const own = await startServer({ flags: ["--tls-client-ca", file, "--tls-client-certificates", "required"] });
    const raw = await open(own, viewer);
    await raw.connect({ clientId: "stays" });
    writeFileSync(`${file}.new`, next.certPem);
    renameSync(`${file}.new`, file);
    const its = client("acme/viewer", next);
    await until("the new authority", async () => (await login(own, its, {})) === 0);
    expect(await login(own, viewer, {})).toBeNull();
    writeFileSync(`${file}.new`, "nonsense");
    renameSync(`${file}.new`, file);
    await until("word of the bad file", () => own.log().includes("not usable; the old one stays"));
    expect(await login(own, its, {})).toBe(0);
    expect(await raw.drain()).toEqual([]);
    await raw.leave();
    await own.remove();
  });
});

test("a file that is no authority stops the start, with one clear line", async () => {
  const file = join(folder, "bad.pem");
  const none = ["mqtt", "http", "https", "wss"].flatMap((listener) => [`--${listener}`, "off"]);
  const serve = (...flags: string[]) =>
    fieldcast(["serve", "--data", join(folder, "d"), "--mqtts", "127.0.0.1:0", ...none, ...flags]);
  for (const [text, words] of [
    [null, "does not exist"],
    ["hello", "is not a PEM certificate"],
    [viewer.certPem, "is no certificate authority"],
    [makeAuthority(NOW - 20 * 365 * 86_400_000_000).certPem, "expired on"],
  ] as const) {
    rmSync(file, { force: true });
    if (text !== null) writeFileSync(file, text);
    const run = await serve("--tls-client-ca", file);
    expect(run.code).toBe(1);
    expect(run.err.trimEnd().split("\n")).toEqual([expect.stringContaining(words)]);
  }
  const run = await serve("--tls-client-certificates", "required");
  expect(run.err).toContain("--tls-client-certificates: needs --tls-client-ca as well");
});
