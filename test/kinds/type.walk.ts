import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { payloadText, Raw } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

/** Run by type.test.ts in a copy of the source tree that has the type of duration.ts. */

const TOKEN = "0a".repeat(20);
const FLEET = `workspaces:
  - slug: w
    products:
      - slug: p
        retain_last_values: true
        retention: forever
        fields: [{ id: TOOK, type: timespan, unit: s }]
        devices: [{ id: d1 }, { id: d2 }]
    api_users: [{ name: all, token: ${TOKEN}, rights: [{ devices: all, can: [record_measurements] }, { workspace: [exports] }] }]
`;
describe("a made-up type", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ fleet: FLEET });
  });
  afterAll(() => server?.remove());
  const at = (minute: number) => `2026-06-01T00:${String(minute).padStart(2, "0")}:00Z`;
  const get = async (path: string): Promise<unknown> => {
    const answer = await server.http(path, TOKEN);
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    return answer.headers.get("Content-Type")?.includes("json") ? answer.json() : answer.text();
  };

  test("is published, refused, stored, and current", async () => {
    const hears = await Raw.login(server.ports.mqtt, { token: TOKEN });
    await hears.subscribe("dtck/p/#");
    const client = await Raw.login(server.ports.mqtt, { token: TOKEN });
    expect(await client.record("dtck-pub/p/d1/TOOK", "15m")).toBe(0);
    const heard = await hears.expect("publish");
    expect([heard.topic, payloadText(heard)]).toEqual(["dtck/p/d1/TOOK", "900s"]);
    client.publish("dtck-pub/p/d1/TOOK", "long", { qos: 1, packetId: client.id() });
    const refused = await client.expect("puback");
    expect(refused.reasonCode).toBe(0x99);
    expect(refused.properties?.reasonString).toContain("DURATION accepts a time such as 90s, 15m or 2h");
    const rows = Array.from({ length: 10 }, (_, n) => ({
      field: "TOOK",
      value: n === 0 ? 30 : `${n}m`,
      timestamp: at(n),
    }));
    const init = { method: "POST", body: JSON.stringify(rows) };
    expect((await server.http("/v1/devices/d2/record/?batch=true", TOKEN, init)).status).toBe(200);
    for (const one of [hears, client]) await one.leave();
    await server.restart();
    expect(await get("/v1/devices/d2")).toMatchObject({ fields: [{ field: "TOOK", type: "DURATION", value: 540 }] });
    // retained, as a new subscriber hears it after the restart
    const late = await Raw.login(server.ports.mqtt, { token: TOKEN });
    await late.subscribe("dtck/p/d1/#");
    expect(payloadText(await late.expect("publish"))).toBe("900s");
    await late.leave();
  });

  test("has a history: raw, in buckets with its own aggregation, picked for charts", async () => {
    const range = "devices=d2&from=2026-06-01T00:00:00Z&to=2026-06-01T01:00:00Z";
    const { rows: raw } = (await get(`/v1/history?${range}`)) as { rows: Record<string, unknown>[] };
    expect(raw.map(({ TOOK }) => TOOK)).toEqual([30, 60, 120, 180, 240, 300, 360, 420, 480, 540]);
    expect(await get(`/v1/history?${range}&resolution=1h`)).toMatchObject({ rows: [{ TOOK: 540 }] });
    expect(await get(`/v1/history?${range}&resolution=1h&aggregation=MIN`)).toMatchObject({ rows: [{ TOOK: 30 }] });
    const { rows: picked } = (await get(`/v1/history?${range}&points=3&downsample=lttb`)) as { rows: unknown[] };
    expect(picked).toHaveLength(3);
    const live = await get(
      `/v1/devices/d2/historic_data/?fields=TOOK&resolution=raw&timeframe_start=${at(9)}&timeframe_end=${at(10)}`,
    );
    expect(live).toMatchObject([{ TOOK: 540 }]);
  });

  test("goes to CSV, NDJSON and Parquet and comes back as the same", async () => {
    const csv = await get("/v1/export?products=p&devices=d2");
    expect(csv).toContain("2026-06-01T00:01:00Z,p,d2,TOOK,60s\r\n");
    for (const format of ["csv", "ndjson", "parquet"]) {
      const file = join(server.folder, `out.${format}`);
      expect(await server.cli("export", "--out", file, "--device", "d2")).toMatchObject({ code: 0 });
      const other = await startServer({ fleet: FLEET });
      expect(await other.cli("import", file)).toMatchObject({ code: 0 });
      const answer = await other.http("/v1/export?products=p&devices=d2", TOKEN);
      expect(await answer.text()).toBe(String(csv));
      await other.remove();
    }
  });

  test("is heard live, simulated, kept as rollups, and found sound", async () => {
    const stream = await server.http("/api/v1/live?products=p", TOKEN);
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    const simulated = await server.cli(
      "simulate",
      "--product",
      "p",
      "--rate",
      "20",
      "--duration",
      "1",
      "--token",
      TOKEN,
    );
    expect(simulated).toMatchObject({ code: 0 });
    let text = "";
    await until("an event", async () => {
      text += (await reader?.read())?.value ?? "";
      return /"field":"TOOK","value":\d+/.test(text);
    });
    await reader?.cancel();
    const yaml = FLEET.replace("retention: forever", "retention: 1d\n        rollups: { 1h: forever }");
    await server.apply(yaml);
    const kept = await server.cli("retention", "show", "p", "--json");
    expect(kept).toMatchObject({ code: 0 });
    expect(kept.out).toContain("1h");
    expect(await server.cli("store", "check")).toMatchObject({ code: 0 });
    const backup = join(server.folder, "made.tar");
    expect(await server.cli("backup", backup)).toMatchObject({ code: 0, err: "" });
  });
});
