import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { have } from "../run/have.ts";
import { TOKENS } from "../run/fleet.ts";
import { Raw } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { FaultyDisk } from "./faulty.ts";

/** How long each sync of the slow disk takes, ms. */
const SYNC_MS = 200;
/** An answer that took longer waited for the disk, ms. */
const STALLED_MS = SYNC_MS / 2;
const CHANGES = 20;
/** A busy machine may stop a process by itself; a disk under the network would do so with each change. */
const OTHERWISE = CHANGES / 2;

describe.skipIf(process.platform !== "linux" || !have("cc"))("a disk whose every sync takes 200 ms", () => {
  let disk: FaultyDisk;
  let server: TestServer;
  beforeAll(async () => {
    disk = new FaultyDisk();
    server = await startServer({ env: disk.env });
  });
  afterAll(async () => {
    disk.end();
    await server.remove();
    disk.remove();
  });

  const device = (id: string) => `/api/v1/products/my-product/devices/${id}`;
  const change = (id: string, wish: object) =>
    server.http(device(id), TOKENS.owner, {
      method: "PATCH",
      headers: { "content-type": "application/json", "if-match": "*" },
      body: JSON.stringify(wish),
    });
  /** What the fleet file, which a restart applies again, says nothing of. */
  const metadataOf = async (id: string) =>
    ((await (await server.http(device(id), TOKENS.owner)).json()) as { metadata: unknown }).metadata;
  const stranger = (path: string, body: object) =>
    server.http(`/api/v1/auth/${path}`, undefined, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  /** Pings as long as `work` goes on. @returns how long each answer took, ms */
  async function pingsWhile(work: Promise<unknown>): Promise<number[]> {
    const client = await Raw.login(server.ports.mqtt, { token: TOKENS.device });
    const waits: number[] = [];
    let over = false;
    const ended = work.finally(() => {
      over = true;
    });
    while (!over) {
      const asked = performance.now();
      await client.drain();
      waits.push(performance.now() - asked);
    }
    await ended;
    await client.leave();
    return waits;
  }
  const stalled = (waits: readonly number[]) => waits.filter((ms) => ms > STALLED_MS).length;

  test("holds up no client while devices are changed; each change waits for its sync", async () => {
    disk.begin(`sync ${SYNC_MS} -wal`);
    const took: number[] = [];
    const changes = async () => {
      for (let i = 0; i < CHANGES; i++) {
        const asked = performance.now();
        expect((await change(`dev${i}`, { name: `Renamed ${i}` })).status).toBe(200);
        took.push(performance.now() - asked);
      }
    };
    const waits = await pingsWhile(changes());
    disk.end();
    expect(Math.min(...took)).toBeGreaterThan(SYNC_MS - 10);
    expect(waits.length).toBeGreaterThan(CHANGES);
    expect(stalled(waits)).toBeLessThanOrEqual(OTHERWISE);
  }, 60_000);

  test("nor while strangers ask for new passwords and guess; what they did is in the audit log all the same", async () => {
    disk.begin(`sync ${SYNC_MS} -wal`);
    const attempts = async () => {
      const [email, password] = [(i: number) => `nobody${i}@example.com`, "seven green bottles"];
      for (let i = 0; i < CHANGES; i++) {
        const asked = performance.now();
        expect((await stranger("password-reset", { email: email(i) })).status).toBe(202);
        if (i < 5) expect((await stranger("sign-in", { email: email(i), password })).status).toBe(401);
        expect(performance.now() - asked).toBeLessThan(5000);
      }
    };
    const waits = await pingsWhile(attempts());
    const noted = async () => {
      const entries = (await server.operation("auditList", { action: "account", limit: 100 })) as { action: string }[];
      const of = (action: string) => entries.filter((entry) => entry.action === action).length;
      return of("account.reset_asked") === CHANGES && of("account.sign_in_refused") === 5;
    };
    const after = await pingsWhile(until("the entries", noted));
    disk.end();
    expect(stalled([...waits, ...after])).toBeLessThanOrEqual(OTHERWISE);
  }, 60_000);

  test("nothing of a change is to be seen before it is durable, and a kill right after the answer takes nothing back", async () => {
    const before = await metadataOf("dev500");
    const after = { plant: "north" };
    disk.begin(`sync ${SYNC_MS} -wal`);
    let answered = false;
    const changed = change("dev500", { metadata: after }).then((answer) => {
      answered = true;
      return answer.status;
    });
    const seen: unknown[] = [];
    await until("the answer", async () => {
      seen.push(await metadataOf("dev500"));
      return answered;
    });
    expect(await changed).toBe(200);
    await server.kill9();
    disk.end();
    // the last ones may have been asked as the answer was on its way
    const early = seen.slice(0, -2);
    expect(early.length).toBeGreaterThan(0);
    expect(early).toEqual(early.map(() => before));
    await server.restart();
    expect(await metadataOf("dev500")).toEqual(after);
  }, 60_000);
});
