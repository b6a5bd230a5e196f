import { afterAll, beforeAll, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import type { Socket } from "node:net";
import { connect } from "node:net";
import { TOKENS } from "../run/fleet.ts";
import { Raw } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

/** Changes how many files the server may have open. */
function allow(most: number): void {
  const { exitCode } = Bun.spawnSync(["prlimit", "--pid", `${server.pid}`, `--nofile=${most}:`]);
  expect(exitCode).toBe(0);
}
/** Processor time of the server, seconds. */
async function cpu(): Promise<number> {
  return server.metric("process_cpu_seconds_total");
}

const linux = process.platform === "linux" && Bun.which("prlimit") !== null;
test.skipIf(!linux)("9: no file left to open: said, the rest goes on, and connections are taken again", async () => {
  const canary = await Raw.login(server.ports.mqtt, { token: TOKENS.device });
  // until the reserve is held, an earlier look may still take place
  await until("quiet", async () => (await server.metric("fieldcast_open_files_used_up_total")) === 0);
  allow(readdirSync(`/proc/${server.pid}/fd`).length + 25);
  const sockets: Socket[] = [];
  for (let i = 0; i < 100; i++) {
    const socket = connect(server.ports.mqtt, "127.0.0.1");
    socket.on("error", () => {}); // refused ones may be reset
    socket.resume();
    sockets.push(socket);
  }
  await until("the line in the log", () => server.log().includes("no file is left to open"));
  await until(
    "the refused ones",
    () => sockets.filter(({ destroyed, readyState }) => destroyed || readyState !== "open").length > 50,
  );
  for (let i = 0; i < 5; i++) {
    expect((await server.http("/healthz", undefined, { keepalive: false })).status).toBe(200);
    expect(await server.operation("storeStats")).toBeDefined();
  }
  expect(await server.metric("fieldcast_open_files_used_up_total")).toBe(1);
  expect(await server.metric("fieldcast_connections_refused_total", 'reason="open_files"')).toBeGreaterThan(50);
  const before = await cpu();
  const from = performance.now();
  await until("half a second", () => performance.now() - from > 500);
  expect((await cpu()) - before).toBeLessThan(0.4); // it does not ask for them all the time
  expect(await canary.drain()).toEqual([]);
  for (const socket of sockets) socket.destroy();
  await until("room again", () => server.log().includes("there are files to open again"));
  const again = await Raw.login(server.ports.mqtt, { token: TOKENS.device });
  await again.leave();
  await canary.leave();
});
