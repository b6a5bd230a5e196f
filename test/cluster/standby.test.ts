import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { have } from "../run/have.ts";
import { Raw } from "../run/raw.ts";
import { TOKENS } from "../run/fleet.ts";
import type { StandbyServer } from "../run/standby.ts";
import { until } from "../run/until.ts";
import { World } from "./world.ts";

describe.skipIf(!have("postgresql"))("one server serves and one stands by, on three PostgreSQL", () => {
  let world: World;
  const pauses: Record<string, number> = {};
  const active = async (): Promise<StandbyServer> => until("a server that serves", () => world.active());
  beforeAll(async () => {
    world = await World.start();
  }, 60_000);
  afterAll(async () => {
    await world?.remove();
    console.info(
      Object.entries(pauses)
        .map(([what, ms]) => `${what}: ${Math.round(ms)} ms without an answer`)
        .join("\n"),
    );
  });

  test("who asks the one that stands by is told so, over MQTT, HTTP and by commands", async () => {
    const server = world.other(await active());
    for (const version of [4, 5] as const) {
      const raw = await Raw.open(server.ports.mqtt);
      const connack = await raw.connect({ version, token: TOKENS.recorder, clientId: "x" });
      expect(connack.reasonCode).toBe(version === 5 ? 0x88 : 3);
      const reason = connack.properties?.reasonString ?? "";
      expect(reason.includes("This server stands by")).toBe(version === 5);
      await raw.ended();
    }
    const health = await server.http("/healthz");
    expect([health.status, await health.json()]).toEqual([503, { status: "standby" }]);
    expect((await server.http("/livez")).status).toBe(200);
    const api = await server.http("/api/v1/products");
    expect([api.status, api.headers.get("retry-after"), ((await api.json()) as { code: string }).code]).toEqual([
      503,
      "5",
      "standby",
    ]);
    expect((await server.cli("health")).out).toContain("stands by");
    expect((await server.cli("product", "list")).err).toContain("stands by");
  });

  test("the active one lists both", async () => {
    const headers = { authorization: `Token ${TOKENS.operator}` };
    const answer = await (await active()).http("/api/v1/instance/nodes", { headers });
    const { items, replicated } = (await answer.json()) as {
      items: { role: string; self: boolean; since: string | null; seen: string }[];
      replicated: boolean;
    };
    expect(items.map(({ role, self }) => [role, self])).toEqual([
      ["active", true],
      ["standby", false],
    ]);
    for (const { seen } of items) expect(Math.abs(Date.now() - Date.parse(seen))).toBeLessThan(10_000);
    expect([replicated, items[0]?.since === null, items[1]?.since]).toEqual([true, false, null]);
  });

  test("one that is stopped hands over at once", async () => {
    const first = await active();
    world.measure();
    first.signal("SIGTERM");
    pauses["handed over"] = await world.pause();
    expect(await first.ended()).toBe(0);
  }, 60_000);

  test("a standby of PostgreSQL that is killed holds nobody up", async () => {
    await world.settles();
    world.measure();
    const back = await world.postgres.killStandby();
    pauses["PostgreSQL's standby killed"] = await world.pause();
    await back();
  }, 60_000);

  test("a wait for the standby that is cancelled acknowledges nothing before its time", async () => {
    const first = await active();
    const { primary } = world.postgres;
    const goOn = await world.postgres.holdStandbys();
    const waiting =
      "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND application_name = 'fieldcast commits'";
    // what was answered before is heard by then
    const waitsFor = async (what: string): Promise<void> => {
      let looks = 0;
      await until(what, async () => {
        looks = (await primary.sql(waiting)).length > 0 ? looks + 1 : 0;
        return looks > 9;
      });
    };
    try {
      await waitsFor("a commit waits for a standby");
      const before = world.acknowledged;
      await primary.sql(`SELECT pg_cancel_backend(pid) FROM (${waiting}) AS one`);
      await until("the server is told", () => /wait for synchronous replication/.test(first.log()));
      await waitsFor("the server waits anew");
      expect(world.acknowledged).toBe(before);
    } finally {
      goOn();
    }
    await world.goesOn();
    expect(await first.health()).toBe("ok");
  }, 60_000);

  test("PostgreSQL's primary is killed: the same server goes on with the next one", async () => {
    const first = await active();
    world.measure();
    await world.postgres.failover();
    pauses["primary killed"] = await world.pause();
    expect(await first.health()).toBe("ok");
    await world.postgres.rejoin();
  }, 60_000);

  test("one that stands still while its lease ends says nothing any more, and ends", async () => {
    await world.settles();
    const first = await active();
    const second = world.other(first);
    world.measure();
    first.signal("SIGSTOP");
    await second.becomes("ok");
    pauses["stood still"] = await world.pause();
    first.signal("SIGCONT");
    expect(await first.ended()).toBe(75);
    expect(first.log()).toContain("another server has taken the store over");
  }, 60_000);

  test("one that is killed is replaced when its lease is over", async () => {
    await world.settles();
    const first = await active();
    world.measure();
    first.signal("SIGKILL");
    await world.other(first).becomes("ok");
    pauses.killed = await world.pause();
  }, 60_000);

  test("nothing acknowledged is lost, nothing is doubled, and stored sessions went on with what they had", async () => {
    expect(await world.end()).toEqual([]);
    expect(world.acknowledged).toBeGreaterThan(500);
  }, 120_000);
});
