import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import mqtt from "mqtt";
import { TOKENS } from "../run/fleet.ts";
import { have, program } from "../run/have.ts";
import { steadyPort } from "../run/ports.ts";
import { newSchema, startPostgres, type TestPostgres } from "../run/postgres.ts";
import { Raw } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until, within } from "../run/until.ts";

const page = readFileSync(join(import.meta.dir, "..", "..", "docs", "cluster.md"), "utf8");

/** The configuration of the page, with the addresses of this run. */
function configOf(servers: readonly TestServer[], ports: { readonly mqtt: number; readonly web: number }): string {
  const [, block = ""] = /^```text\n(defaults\n[^`]*)```$/m.exec(page) ?? [];
  const text = block
    .replace("bind :1883", `bind 127.0.0.1:${ports.mqtt}`)
    .replace("bind :80", `bind 127.0.0.1:${ports.web}`)
    .replace(/10\.0\.0\.1(\d):(1883|8080)/g, (_, i: string, port: string) => {
      const { ports } = servers[Number(i) - 1] as TestServer;
      return `127.0.0.1:${port === "1883" ? ports.mqtt : ports.http} port ${ports.http}`;
    });
  if (block === "" || text.includes("10.0.0.")) throw new Error("docs/cluster.md has no configuration of HAProxy");
  return `global\n    maxconn 1000\n${text}`;
}

describe.skipIf(!have("postgresql") || !have("haproxy"))(
  "HAProxy as docs/cluster.md has it, in front of two servers",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "fieldcast-haproxy-"));
    const ports = { mqtt: steadyPort(), web: steadyPort() };
    let postgres: TestPostgres;
    let servers: TestServer[] = [];
    let haproxy: ReturnType<typeof Bun.spawn> | null = null;
    beforeAll(async () => {
      postgres = await startPostgres({ fsync: "on" });
      const flags = ["--store", postgres.address(newSchema()), "--cluster", "--unreplicated-ok", "on"];
      servers = [await startServer({ flags, store: "folder" })];
      servers.push(await startServer({ flags, store: "folder", fleet: null }));
      const file = join(folder, "haproxy.cfg");
      writeFileSync(file, configOf(servers, ports));
      const command = ["setpriv", "--pdeathsig=KILL", program("haproxy") ?? "haproxy", "-db", "-f", file];
      haproxy = Bun.spawn(command, { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
      await until("both servers are up", async () => (await isLetIn("a")) && (await isLetIn("b")));
    }, 60_000);
    afterAll(async () => {
      haproxy?.kill("SIGKILL");
      await haproxy?.exited;
      for (const one of servers.reverse()) await one.remove();
      await postgres?.remove();
      rmSync(folder, { recursive: true, force: true });
    });
    const isLetIn = async (clientId: string): Promise<boolean> => {
      try {
        const raw = await Raw.login(ports.mqtt, { token: TOKENS.device, clientId });
        raw.reset();
        return true;
      } catch {
        return false;
      }
    };
    /** Everybody who comes. */
    const allAreLetIn = () =>
      until("all are let in", async () =>
        (await Promise.all(["a", "b", "c", "d", "e", "f"].map(isLetIn))).every(Boolean),
      );

    test("MQTT and MQTT over WebSocket go through, to whichever server", async () => {
      const ears = await Promise.all(
        [0, 1, 2].map(async (i) => {
          const ear = await Raw.login(ports.mqtt, { token: TOKENS.device, clientId: `ear-${i}` });
          await ear.subscribe("dtck/my-product/#", 1);
          return ear;
        }),
      );
      const web = mqtt.connect(`ws://127.0.0.1:${ports.web}/mqtt`, {
        username: TOKENS.device,
        password: TOKENS.device,
        protocolVersion: 5,
        reconnectPeriod: 0,
      });
      const came = Promise.withResolvers<string>();
      web.on("message", (_, payload) => came.resolve(payload.toString()));
      web.on("connect", () => void web.subscribeAsync("dtck/my-product/#").then(() => mouthed()));
      const mouthed = async () => {
        const mouth = await Raw.login(ports.mqtt, { token: TOKENS.device, clientId: "mouth" });
        await mouth.record("dtck-pub/my-product/dev1/STEPS", "7");
      };
      expect(await within("it is heard over WebSocket", came.promise)).toBe("7");
      for (const ear of ears) expect(await ear.heard("7")).toHaveLength(1);
      await web.endAsync();
      const health = await fetch(`http://127.0.0.1:${ports.web}/healthz`);
      expect([health.status, await health.json()]).toEqual([200, { status: "ok" }]);
    }, 30_000);

    test("when one is killed, or drained, the other one lets everybody in", async () => {
      const [one, two] = servers as [TestServer, TestServer];
      await two.kill9();
      await allAreLetIn();
      await two.start();
      await until("it serves", async () => (await fetch(`http://127.0.0.1:${two.ports.http}/healthz`)).ok);
      const headers = { authorization: `Token ${TOKENS.operator}` };
      const at = `http://127.0.0.1:${one.ports.http}/api/v1/instance/nodes`;
      const { items } = (await (await fetch(at, { headers })).json()) as { items: { id: number; self: boolean }[] };
      const self = items.find((node) => node.self)?.id;
      const drained = await fetch(`${at}/${self}/drain`, { method: "POST", headers, body: "{}" });
      expect(drained.status).toBeLessThan(300);
      await until("it says so", async () => (await fetch(`http://127.0.0.1:${one.ports.http}/healthz`)).status === 503);
      await allAreLetIn();
    }, 60_000);
  },
);
