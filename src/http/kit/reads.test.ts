import { describe, expect, test } from "bun:test";
import { makeWorld, NOW, OWNER, VIEWER, errorOf } from "../http.testing.ts";
import { Reads } from "./reads.ts";

/** Questions of two accounts, so many of each at a time. */
function makeQuestions(maxReads: number) {
  const world = makeWorld({ maxReads });
  const reads = new Reads(world, null);
  const who = (secret: string) => {
    const found = world.authority.authenticateHttp(`Token ${secret}`, NOW);
    if (!found.ok) throw new Error("nobody has this token");
    return found.principal;
  };
  return { reads, owner: who(OWNER), other: who(VIEWER), metrics: world.metrics };
}

describe("questions of one account", () => {
  test("some are answered at a time, others wait in their order, more are refused", async () => {
    const { reads, owner, other, metrics } = makeQuestions(1);
    const done: number[] = [];
    const ends: (() => void)[] = [];
    const ask = (n: number, who = owner) =>
      reads.within(who, async () => {
        await new Promise<void>((resolve) => ends.push(resolve));
        done.push(n);
      });
    const asked = Array.from({ length: 9 }, (_, i) => ask(i));
    expect(ends.length).toBe(1);
    expect(ask(9)).rejects.toMatchObject({ code: "rate_limited" });
    expect(metrics.requestsLimited).toBe(1);
    const others = ask(100, other);
    expect(ends.length).toBe(2); // it waits for nobody
    ends.splice(1, 1)[0]?.();
    await others;
    for (let i = 0; i < 9; i++) {
      ends[i]?.();
      await asked[i];
    }
    expect(done).toEqual([100, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
    const after = ask(10);
    ends.at(-1)?.();
    await after; // the line is empty again
  });

  test("one that fails lets the next one in", async () => {
    const { reads, owner } = makeQuestions(1);
    const first = reads.within(owner, () => Promise.reject(new Error("no")));
    const second = reads.within(owner, async () => 2);
    expect(first).rejects.toThrow("no");
    expect(await second).toBe(2);
  });
});

test("reading under /v1 has the rate of its account; other accounts are not concerned", async () => {
  const { ask, metrics } = makeWorld({ maxRequestRate: 2 });
  for (const path of ["/v1/devices/", "/v1/history/?devices=d1"])
    expect((await ask("GET", path, OWNER)).status).toBe(200);
  const over = await ask("GET", "/v1/devices/d1/historic_data/", OWNER);
  expect([over.status, over.headers.get("Retry-After"), over.headers.get("RateLimit-Remaining")]).toEqual([
    429,
    "1",
    "0",
  ]);
  expect((await errorOf(over)).code).toBe("rate_limited");
  expect(metrics.requestsLimited).toBe(1);
  expect((await ask("GET", "/v1/devices/", VIEWER)).status).toBe(200);
});

test.each([
  "/v1/devices?limt=1",
  "/v1/devices/d1?x=1",
  "/v1/export?prodcts=p",
  "/v1/log?limits=1",
  "/v1/history?form=x",
])("%s: a parameter that is not there is refused", async (path) => {
  const { code, message } = await errorOf(await makeWorld().ask("GET", path, OWNER));
  expect(code).toBe("invalid_request");
  expect(message).toMatch(/no parameter|unknown/);
});

test("pages of /v1/devices go on where they ended", async () => {
  const { ask } = makeWorld();
  const all = (await (await ask("GET", "/v1/devices", OWNER)).json()) as { id: string }[];
  const found: string[] = [];
  let cursor = "";
  for (let page = 0; page < 10; page++) {
    const answer = await ask("GET", `/v1/devices?limit=2&cursor=${cursor}`, OWNER);
    const part = (await answer.json()) as { id: string }[];
    expect(part.length).toBeLessThanOrEqual(2);
    found.push(...part.map(({ id }) => id));
    cursor = answer.headers.get("X-Next-Cursor") ?? "";
    if (cursor === "") break;
  }
  expect(found).toEqual(all.map(({ id }) => id));
});

describe("times without an offset are of the zone", () => {
  const rows = async (query: string, at: number) => {
    const { ask, data } = makeWorld();
    data.put(1, 1, at, 5);
    const answer = await ask("GET", `/v1/history?devices=d1&fields=TEMPERATURE&${query}`, OWNER);
    return ((await answer.json()) as { rows?: unknown[] }).rows?.length;
  };
  // Berlin is an hour ahead in winter
  const midnight = Date.UTC(2026, 1, 9, 23) * 1000;
  test.each([
    ["from=2026-02-10&to=2026-02-11&zone=Europe/Berlin", midnight, 1],
    ["from=2026-02-10&to=2026-02-11&zone=Europe/Berlin", midnight - 1, 0],
    ["from=2026-02-10&to=2026-02-11", midnight, 0],
    ["from=2026-02-10&to=2026-02-11&zone=Europe/Berlin&resolution=1d", midnight, 1],
    ["from=2026-02-10T00:00&to=2026-02-11&zone=Europe/Berlin&resolution=1d", midnight - 1, 0],
    ["from=2026-02-10T00:00:00Z&to=2026-02-11&zone=Europe/Berlin&resolution=1d", midnight, 0],
  ])("%s", async (query, at, found) => {
    expect(midnight).toBeLessThan(NOW);
    expect(await rows(query, at)).toBe(found);
  });
});
