import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { issue, makeAuthority } from "../../src/listen/authority.ts";
import { TOKENS } from "../run/fleet.ts";
import { Raw } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { tls } from "../run/tls.ts";
import { until } from "../run/until.ts";

/** Clients that come back are spared the signature of the handshake (RFC 5077; RFC 8446 section 2.2). */
const NOW = Date.now() * 1000;
const folder = mkdtempSync(join(tmpdir(), "fieldcast-resumption-"));
const ca = makeAuthority(NOW);
const viewer = issue(ca, { subject: "acme/viewer", usage: "clientAuth", names: [] }, NOW);

let server: TestServer;
beforeAll(async () => {
  writeFileSync(join(folder, "client-ca.pem"), ca.certPem);
  server = await startServer({ flags: ["--tls-client-ca", join(folder, "client-ca.pem")] });
});
afterAll(async () => {
  await server.remove();
  rmSync(folder, { recursive: true });
});

interface Visit {
  readonly code: number;
  readonly resumed: boolean;
  readonly ticket: Buffer | undefined;
}

/** Logs in, takes the ticket for the next time, and leaves. */
async function visit(version: "TLSv1.2" | "TLSv1.3", shown: object, wish: object, session?: Buffer): Promise<Visit> {
  const versions = { minVersion: version, maxVersion: version };
  const ca = readFileSync(server.caFile);
  const given = session === undefined ? {} : { session };
  const socket: TLSSocket = await tls({ port: server.ports.mqtts, ca, ...versions, ...shown, ...given });
  let ticket: Buffer | undefined = socket.getSession();
  socket.on("session", (fresh: Buffer) => {
    ticket = fresh;
  });
  const raw = Raw.on(socket);
  const { reasonCode } = await raw.connect({ clientId: "back", ...wish }); // tickets come before CONNACK
  const resumed = socket.isSessionReused();
  await raw.leave();
  return { code: reasonCode, resumed, ticket };
}

test.each([["TLSv1.2"], ["TLSv1.3"]] as const)(
  "%s: a client that comes back resumes, and logs in as ever",
  async (version) => {
    const first = await visit(version, {}, { token: TOKENS.viewer });
    expect([first.code, first.resumed]).toEqual([0, false]);
    const again = await visit(version, {}, { token: TOKENS.viewer }, first.ticket);
    expect([again.code, again.resumed]).toEqual([0, true]);
    // the ticket is of the stream alone: it lets nobody in
    const stranger = await visit(version, {}, { token: TOKENS.unknown }, first.ticket);
    expect([stranger.code, stranger.resumed]).toEqual([0x86, true]);
    for (const kind of ["opened", "login_refused"])
      await until(`${kind} says how it came`, async () => {
        const answer = await server.http(`/api/v1/inspect?kind=${kind}`, TOKENS.operator);
        const { items } = (await answer.json()) as { items: { transport: string; tls: string }[] }; // docs/live.md
        return items.some(({ transport, tls: of }) => transport === "tls" && of === version);
      });
  },
);

test.each([["TLSv1.2"], ["TLSv1.3"]] as const)("%s: one with a certificate is still whom it names", async (version) => {
  const shown = { cert: viewer.certPem, key: viewer.keyPem };
  const first = await visit(version, shown, {});
  expect([first.code, first.resumed]).toEqual([0, false]);
  const again = await visit(version, shown, {}, first.ticket);
  expect([again.code, again.resumed]).toEqual([0, true]);
  const other = await visit(version, shown, { token: TOKENS.device }, first.ticket);
  expect(other.code).toBe(0x87);
});
