import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Refusal } from "../base/errors.ts";
import { createControl } from "../http/instance/control.ts";
import { controlSocket, reach } from "./access.ts";
import { fakeIo } from "./io.testing.ts";
import { openOffline } from "./offline.ts";
import { run } from "./program.ts";

const root = mkdtempSync(join(tmpdir(), "fieldcast-access-"));
afterAll(() => rmSync(root, { recursive: true }));
const folder = () => mkdtempSync(join(root, "d"));
const silent = { debug() {}, info() {}, warn() {}, error() {} };

const FILE =
  "workspaces: [{ slug: acme, products: [{ slug: p, fields: [{ id: T, type: INT }], devices: [{ id: a }] }] }]";

/** What a server does for the commands: it holds the lock, and answers on the socket. */
async function server(dir: string) {
  const { operations, close } = await openOffline(dir, true);
  const control = createControl({ operations, log: silent });
  const listener = Bun.serve({ unix: controlSocket(dir), fetch: (request) => control.fetch(request) });
  const stop = async () => {
    await listener.stop(true);
    await close();
  };
  return { operations, stop };
}

describe("while a server runs", () => {
  test("commands go through it, and its refusals come back as they are", async () => {
    const dir = folder();
    const { operations, stop } = await server(dir);
    const access = await reach(dir);
    expect(access.online).toBe(true);
    expect((await access.call("apply", { text: FILE })).lines[0]?.sign).toBe("+");
    expect(await operations.deviceList({})).toMatchObject({ total: 1 });
    const error = await access.call("deviceShow", { product: "p", device: "zz" }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(Refusal);
    expect(error).toMatchObject({ code: "unknown_device", message: 'p has no device with the id or serial "zz".' });
    const { io, said } = fakeIo();
    expect(await run(["device", "list", "--data", dir], io)).toBe(0);
    expect(said.out).toContain("p        a   a");
    await stop();
  });

  test("one that ends in between is said to have ended", async () => {
    const dir = folder();
    const { stop } = await server(dir);
    const access = await reach(dir);
    await stop();
    await expect(access.call("stats")).rejects.toThrow("the server has ended meanwhile");
  });
});

test("the socket of a server that was killed is in nobody's way", async () => {
  const dir = folder();
  const program = `Bun.serve({ unix: ${JSON.stringify(controlSocket(dir))}, fetch: () => new Response("") }); console.log("up");`;
  const child = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe" });
  await child.stdout.getReader().read();
  child.kill("SIGKILL");
  await child.exited;
  expect(await reach(dir, { offline: false })).toBeNull();
  const access = await reach(dir, { create: true });
  expect(access.online).toBe(false);
  await access.close();
});

test("somebody who holds the lock and does not answer is waited for by the person", async () => {
  const dir = folder();
  const { close } = await openOffline(dir, true);
  const { io, said } = fakeIo();
  expect(await run(["token", "list", "--data", dir], io)).toBe(1);
  expect(said.err).toContain("that does not answer: it is starting, stopping, or another command");
  await close();
});

test("a stream that is silent for longer than the platform's own requests may be goes on", async () => {
  const dir = folder();
  const listener = Bun.serve({
    unix: controlSocket(dir),
    idleTimeout: 0 as never, // never; the types forget it for sockets in the file system
    routes: { "/control/never": () => new Promise<Response>(() => {}) },
    fetch: (request) => {
      if (!request.url.endsWith("/over")) return new Response(stream);
      lines.enqueue(new TextEncoder().encode("second\n"));
      lines.close();
      return new Response();
    },
  });
  const { promise: opened, resolve } = Promise.withResolvers<ReadableStreamDefaultController<Uint8Array>>();
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode("first\n"));
      resolve(controller);
    },
  });
  const lines = await opened;
  // a request as the platform makes it says when silence was long enough; its five minutes are a second here
  const program = `
    import { linesFrom } from ${JSON.stringify(join(import.meta.dir, "access.ts"))};
    const to = (name) => fetch("http://localhost/control/" + name, { unix: ${JSON.stringify(controlSocket(dir))} });
    to("never").catch(() => to("over"));
    for await (const line of linesFrom(${JSON.stringify(dir)}, "inspect", {}, new AbortController().signal)) console.log(line);`;
  const env = { ...process.env, BUN_CONFIG_HTTP_IDLE_TIMEOUT: "1" };
  const child = Bun.spawn([process.execPath, "-e", program], { env, stdout: "pipe", stderr: "pipe" });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  expect([out, err]).toEqual(["first\nsecond\n", ""]);
  await listener.stop(true);
});

test("the shorter name of the socket is used: their length is bounded", () => {
  const inside = join(process.cwd(), "data");
  expect(controlSocket(inside)).toBe(join("data", "control.sock"));
  const deep = join(root, "x");
  mkdirSync(deep);
  expect(controlSocket(deep).length).toBeLessThanOrEqual(join(deep, "control.sock").length);
});
