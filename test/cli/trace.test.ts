import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { TOKENS } from "../run/fleet.ts";
import { Raw } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { Running } from "./running.ts";

// each runs several programs, on a machine that may be busy
setDefaultTimeout(30_000);

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

const tracing = (n: number) => until(`${n} traces`, async () => (await server.metric("fieldcast_traces")) === n);

test("a client's packets both ways as they come, without secrets and payloads; Ctrl-C ends it, and the server knows", async () => {
  const trace = new Running(["trace", "--client", "pump", "--data", server.data], {});
  await trace.said("  on  connections=0");
  const raw = await Raw.login(server.ports.mqtt, { token: TOKENS.device, clientId: "pump" });
  const other = await Raw.login(server.ports.mqtt, { token: TOKENS.device, clientId: "other" });
  expect(await raw.record("dtck-pub/my-product/dev5/NOTE", "confidential")).toBe(0);
  await other.leave();
  await raw.leave();
  await trace.said("end  why=disconnected by the client");
  for (const said of ["→  CONNECT", "←  CONNACK", "→  PUBLISH", "topic=dtck-pub/my-product/dev5/NOTE", "←  PUBACK"])
    expect(trace.out).toContain(said);
  for (const secret of [TOKENS.device, "confidential", "other"]) expect(trace.out).not.toContain(secret);
  await tracing(1);
  trace.signal("SIGINT");
  expect([await trace.exited, trace.err]).toEqual([0, ""]);
  await tracing(0);
});

test("--json, --payload and --for; it ends by itself", async () => {
  const raw = await Raw.login(server.ports.mqtt, { token: TOKENS.device, clientId: "c" });
  const flags = ["--account", "field devices@acme", "--for", "3s", "--json", "--payload"];
  const trace = new Running(["trace", ...flags, "--data", server.data], {});
  await trace.said('"event":"on","connections":1');
  expect(await raw.record("dtck-pub/my-product/dev5/NOTE", "shown")).toBe(0);
  expect(await trace.exited).toBe(0);
  const lines = trace.out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([
    { event: "on" },
    { direction: "in", packet: "publish", client: "c", payload: "shown" },
    { direction: "out", packet: "puback" },
    { event: "off", why: "its time is over" },
  ]);
  await raw.leave();
});

test("what cannot be is said in one line; the server's end is the end", async () => {
  const no = async (...args: string[]) => {
    const { code, out, err } = await server.cli("trace", ...args);
    expect([out, err.trimEnd().split("\n").length]).toEqual(["", 1]);
    return `${code} ${err}`;
  };
  expect(await no()).toStartWith("2 fieldcast: say whose packets");
  expect(await no("--client", "x", "--for", "2h")).toStartWith("2 fieldcast: --for");
  expect(await no("--account", "nobody")).toStartWith("1 fieldcast: There is no");
  const trace = new Running(["trace", "--client", "x", "--data", server.data], {});
  await trace.said("connections=0");
  expect(await server.stop()).toBe(0);
  expect([await trace.exited, trace.err, trace.out.split("  ").slice(-2)]).toEqual([
    0,
    "",
    ["off", "why=the server stops\n"],
  ]);
  expect(await no("--client", "x")).toStartWith("1 fieldcast: no server runs on");
});
