import { expect, test } from "bun:test";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { TOKENS } from "../run/fleet.ts";
import { overPostgres } from "../run/server.ts";
import { target } from "./target.ts";

const it = target();

test("CVE-2017-9868: what the server writes can be read by its owner alone", () => {
  const { data } = it.server;
  const seen: string[] = [];
  for (const entry of readdirSync(data, { recursive: true, withFileTypes: true })) {
    const { mode } = statSync(join(entry.parentPath, entry.name));
    const isPublic = entry.name === "ca.pem" || entry.name === "server.pem"; // certificates are shown to every client
    if (!isPublic) expect([entry.name, mode & 0o077]).toEqual([entry.name, 0]);
    seen.push(entry.name);
  }
  const files = overPostgres() ? ["store", "node"] : ["fleet.db", "data.db"];
  for (const name of [...files, "control.sock", "ca-key.pem", "server-key.pem"]) expect(seen).toContain(name);
  expect(statSync(data).mode & 0o077).toBe(0);
});

test("EMQX #17040: no token of an API user, nor one that may operate, reaches what changes accounts", async () => {
  const paths = [
    "users",
    "tokens",
    "accounts",
    "api_users",
    "workspaces",
    "users/1",
    "tokens/1",
    "sessions/disconnect",
  ];
  const body = '{"email":"owner@example.com","password":"x","account":"owner@example.com","all":true}';
  for (const token of [TOKENS.device, TOKENS.viewer, TOKENS.noMqtt, undefined])
    for (const path of paths)
      for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
        const { status } = await it.server.http(`/v1/${path}/`, token, { method, body });
        expect([401, 403, 404, 405]).toContain(status);
      }
  for (const path of paths.slice(0, -1)) {
    const { status } = await it.server.http(`/v1/${path}/`, TOKENS.operator, { method: "POST", body });
    expect([404, 405]).toContain(status);
  }
  // what answers the commands of this machine is a socket in the data folder, not one of HTTP
  expect((await it.server.http("/control/tokenCreate", TOKENS.operator, { method: "POST", body: "{}" })).status).toBe(
    404,
  );
});

test("CVE-2020-13410: what cannot be written for a client is passed over, and its connection goes on", async () => {
  const small = await it.login({ clientId: "small", properties: { maximumPacketSize: 80 } });
  await small.subscribe("dtck/my-product/dev92/NOTE", 1);
  const writer = await it.login();
  for (const note of ["x".repeat(60_000), "x".repeat(81), "fits"])
    expect(await writer.record("dtck-pub/my-product/dev92/NOTE", note)).toBe(0);
  expect(await small.heard("fits")).toEqual(["dtck/my-product/dev92/NOTE fits"]);
  await small.leave();
  await writer.leave();
});
