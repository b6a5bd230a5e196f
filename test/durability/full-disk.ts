import { afterAll, beforeAll, expect, test } from "bun:test";
import { TOKENS } from "../run/fleet.ts";
import { Raw } from "../run/raw.ts";
import type { TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import type { SmallDisk } from "./small-disk.ts";

const BIG = "x".repeat(60_000);
const TOPIC = "dtck-pub/my-product/dev1/NOTE";
const FAILS = "storage does not take data";
const WORKS = "storage takes data again";
const LATE = "storage took no data for the whole grace time";

/**
 * What a server does while the disk of its store is full, whichever store that is. To be called in a `describe`.
 * @param start a server with --storage-grace 2s, ready for a full disk @param end what comes after it
 */
export function fullDisk(disk: SmallDisk | null, start: () => Promise<TestServer>, end: () => unknown) {
  let server: TestServer;
  const lines = (text: string): number => server.log().split(text).length - 1;
  beforeAll(async () => {
    if (disk !== null) server = await start();
  }, 60_000);
  afterAll(async () => {
    disk?.empty();
    await server?.remove();
    await end();
  });

  const login = (wish: Parameters<typeof Raw.login>[1]): Promise<Raw> =>
    Raw.login(server.ports.mqtt, { token: TOKENS.device, ...wish });
  const post = (value: string): Promise<Response> =>
    server.http("/v1/devices/dev1/record/", TOKENS.owner, {
      method: "POST",
      body: JSON.stringify({ field: "NOTE", value }),
    });
  const stored = async (text: string): Promise<number> =>
    (await server.history(TOKENS.owner, "dev1", "NOTE")).filter((row) => row.NOTE === text).length;
  /** The reason that a login is answered with. */
  async function knock(version: 4 | 5): Promise<number> {
    const raw = await Raw.open(server.ports.mqtt);
    const { reasonCode } = await raw.connect({ token: TOKENS.viewer, version });
    await raw.closed;
    return reasonCode;
  }
  /** Fills the disk, and has a value of its own published until the server says that storage fails. */
  async function fill(name: string): Promise<void> {
    const before = lines(FAILS);
    disk?.fill();
    const raw = await login({ clientId: `filler ${name}` });
    for (let n = 0; n < 500 && lines(FAILS) === before; n++) {
      raw.publish(TOPIC, `${name}-${n}-${BIG}`, { qos: 1, packetId: raw.id() });
      await Promise.race([raw.next().catch(() => null), until("storage fails", () => lines(FAILS) > before)]);
    }
    raw.reset();
    expect(lines(FAILS)).toBe(before + 1);
  }

  test("what waits is acknowledged on the same connection when space returns within the grace time", async () => {
    const raw = await login({ clientId: "patient", version: 4 });
    await fill("a");
    raw.publish(TOPIC, "patient", { qos: 1, packetId: 7 });
    const answer = raw.expect("puback");
    expect(await knock(5)).toBe(0x88);
    expect(await knock(4)).toBe(3);
    expect(await stored("patient")).toBe(0);
    expect(await Promise.race([answer, Promise.resolve("none")])).toBe("none");
    disk?.empty();
    expect((await answer).packetId).toBe(7);
    expect(await stored("patient")).toBe(1);
    expect(lines(WORKS)).toBe(1);
    expect(lines(LATE)).toBe(0);
    await raw.leave();
  });

  test("after the grace time: DISCONNECT 0x89, close, 503; service returns by itself, QoS 2 is stored once", async () => {
    const session = { cleanStart: false, properties: { sessionExpiryInterval: 1000 } } as const;
    const five = await login({ clientId: "five", ...session });
    const three = await login({ clientId: "three", version: 4, cleanStart: false });
    await fill("b");
    for (const [raw, name] of [
      [five, "five"],
      [three, "three"],
    ] as const)
      for (const packetId of [1, 2, 3]) raw.publish(TOPIC, `${name}-${packetId}`, { qos: 2, packetId });
    const failed = lines(WORKS);
    const posted = await post("posted");
    expect([posted.status, posted.headers.get("retry-after")]).toEqual([503, expect.stringMatching(/^\d+$/)]);
    expect(await posted.json()).toMatchObject({ code: "storage_unavailable" });
    expect((await server.http("/healthz")).status).toBe(503);

    const told = await five.ended();
    expect(told.map((p) => [p.type, "reasonCode" in p ? p.reasonCode : null])).toEqual([["disconnect", 0x89]]);
    expect(await three.ended()).toEqual([]);
    expect(lines(LATE)).toBe(1);
    expect([await knock(5), await knock(4)]).toEqual([0x88, 3]);
    expect(lines(WORKS)).toBe(failed);

    disk?.empty();
    await until("storage", () => lines(WORKS) === failed + 1);
    expect(lines(LATE)).toBe(1);
    expect((await post("posted again")).status).toBe(200);
    for (const [name, version] of [
      ["five", 5],
      ["three", 4],
    ] as const) {
      const wish = version === 5 ? session : { version, cleanStart: false };
      const raw = await login({ clientId: name, ...wish });
      for (const packetId of [1, 2, 3]) {
        expect(await stored(`${name}-${packetId}`)).toBe(0);
        raw.publish(TOPIC, `${name}-${packetId}`, { qos: 2, packetId, dup: true });
        expect((await raw.expect("pubrec")).packetId).toBe(packetId);
        raw.send({ type: "pubrel", packetId, reasonCode: 0 });
        expect((await raw.expect("pubcomp")).packetId).toBe(packetId);
        expect(await stored(`${name}-${packetId}`)).toBe(1);
      }
      await raw.leave();
    }
    expect(await stored("posted")).toBe(0);
  });

  return { server: () => server, stored };
}
