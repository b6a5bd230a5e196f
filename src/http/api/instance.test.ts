import { describe, expect, test } from "bun:test";
import { BLIND, NOW, OPERATOR, OWNER, RECORDER, STRANGER, VIEWER } from "../http.testing.ts";
import { sessionOf } from "../compat/sessions.testing.ts";
import { FLEET_MANAGER, makeApi } from "./api.testing.ts";
import { OPERATIONS } from "./index.ts";

const NAME = "fieldcast-20260301T120000Z.tar";

describe("the instance", () => {
  const own = OPERATIONS.filter(({ tag }) => tag === "Instance").map(
    ({ method, path }) => [method.toUpperCase(), path.replace("{node}", "2")] as const,
  );
  test.each(own)("%s %s takes the permission operate", async (method, path) => {
    const it = makeApi();
    for (const secret of [RECORDER, STRANGER, VIEWER]) {
      const { status, body } = await it.api(method, path, secret);
      expect([status, body.code]).toEqual([403, "not_permitted"]);
    }
    expect((await it.api(method, path, null)).body.code).toBe("unknown_token");
    expect([200, 201, 202]).toContain((await it.api(method, path, OPERATOR)).status);
  });

  test("tells version, listeners, figures, settings and storage", async () => {
    const it = makeApi();
    const get = async (path: string) => (await it.api("GET", path, OPERATOR)).body;
    expect(await get("/instance")).toMatchObject({
      version: "1.2.3",
      ready: true,
      prefix: "dtck",
      certificate: null,
      listeners: [{ name: "mqtt", port: 1883, note: null }],
    });
    expect(await get("/instance/day")).toEqual({
      times: ["1970-01-01T00:01:00Z"],
      figures: { connections: [3], commit_p99_seconds: [null] },
    });
    expect(await get("/instance/figures")).toMatchObject({ figures: { fieldcast_connections: 2 } });
    expect((await get("/instance/settings")).items).toEqual([
      { name: "--max-packet", group: "limits", value: "1M", default: "1M", source: "default", description: "text" },
    ]);
    expect(await get("/instance/storage?top=1")).toMatchObject({
      file_bytes: 6,
      disk_free_bytes: 8,
      all: { measurements: 2, newest: null },
      products: [{ name: "p" }],
    });
    expect((await it.api("GET", "/instance/storage?top=x", OPERATOR)).status).toBe(400);
    it.state.ready = false;
    expect((await get("/instance")).ready).toBe(false);
  });

  test("backups are made, listed and downloaded; none without a folder, and a failure is told", async () => {
    const it = makeApi();
    expect((await it.api("GET", "/backups", OPERATOR)).body).toEqual({ items: [] });
    const made = await it.api("POST", "/backups", OPERATOR);
    expect([made.status, made.body.name, made.headers.get("Location")]).toEqual([201, NAME, `/api/v1/backups/${NAME}`]);
    expect((await it.api("GET", "/backups", OPERATOR)).body.items).toEqual([
      { name: NAME, time: "2026-03-01T12:00:00Z", bytes: 3 },
    ]);
    const file = await it.ask("GET", `/api/v1/backups/${NAME}`, OPERATOR);
    expect([file.status, await file.text(), file.headers.get("Content-Length")]).toEqual([200, "tar", "3"]);
    for (const [secret, status] of [
      [RECORDER, 403],
      [null, 401],
    ] as const)
      expect((await it.ask("GET", `/api/v1/backups/${NAME}`, secret)).status).toBe(status);
    expect((await it.ask("GET", "/api/v1/backups/fieldcast-20000101T000000Z.tar", OPERATOR)).status).toBe(404);
    it.instance.works = false;
    expect((await it.api("POST", "/backups", OPERATOR)).body.code).toBe("storage_unavailable");
    it.instance.files = null;
    for (const method of ["GET", "POST"])
      expect((await it.api(method, "/backups", OPERATOR)).body.code).toBe("not_available");
  });
});

describe("MQTT sessions", () => {
  const many = () => {
    const it = makeApi();
    it.sessions.all = [
      sessionOf("a:1", "c 1", NOW),
      sessionOf("a:1", "../x\n", NOW + 1, { connected: false }),
      sessionOf("a:5", "other", NOW + 2),
    ];
    return it;
  };

  test("all of them for operators; of an account for itself and who manages its devices", async () => {
    const it = many();
    const { body } = await it.api("GET", "/sessions", OPERATOR);
    expect(body.items.map((one: { client_id: string }) => one.client_id)).toEqual(["c 1", "../x\n", "other"]);
    expect((await it.api("GET", "/sessions", FLEET_MANAGER)).body.code).toBe("not_permitted");
    expect((await it.api("GET", "/sessions?account=one@w", FLEET_MANAGER)).body.items).toHaveLength(2);
    expect((await it.api("GET", "/sessions?account=one@w", STRANGER)).body.code).toBe("not_found");
    const first = await it.api("GET", "/sessions?limit=1", OPERATOR);
    const second = await it.api("GET", `/sessions?limit=1&cursor=${first.body.next}`, OPERATOR);
    expect([first.body.items[0].client_id, second.body.items[0].client_id]).toEqual(["c 1", "../x\n"]);
    expect((await it.api("GET", "/sessions?cursor=x", OPERATOR)).status).toBe(400);
  });

  test("one by its id, whatever its client identifier is; another workspace's is not there", async () => {
    const it = many();
    for (const { id, client_id } of (await it.api("GET", "/sessions", OPERATOR)).body.items) {
      expect((await it.api("GET", `/sessions/${id}`, OPERATOR)).body).toMatchObject({ id, client_id, filters: [] });
      expect((await it.api("GET", `/sessions/${id}`, STRANGER)).body.code).toBe("not_found");
      expect((await it.api("POST", `/sessions/${id}/disconnect`, STRANGER)).body.code).toBe("not_found");
      const { body } = await it.api("POST", `/sessions/${id}/disconnect`, OPERATOR);
      expect(body).toEqual({ disconnected: client_id !== "../x\n" });
    }
    expect(it.sessions.cut).toEqual(["a:1 c 1", "a:5 other"]);
    for (const id of ["x", "YTox", "YTozCng"])
      expect((await it.api("GET", `/sessions/${id}`, OPERATOR)).body.code).toBe("not_found");
  });
});

test("what a product stores is told of the devices that one may view, and of others not at all", async () => {
  const it = makeApi();
  const of = async (secret: string) => {
    const { status, body } = await it.api("GET", "/products/p/storage", secret);
    return [status, body.measurements, body.log_bytes_each];
  };
  const devices = it.directory.product("p")?.devicesById.size ?? 0;
  expect(await of(OWNER)).toEqual([200, 10 * devices, 40]);
  expect(await of(BLIND)).toEqual([200, 0, 40]);
  expect((await of(STRANGER))[0]).toBe(404);
});
