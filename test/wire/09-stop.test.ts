import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { TOKENS } from "../run/fleet.ts";
import { payloadText, publishPacket, Raw, type Wish } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

const utf8 = new TextEncoder();
const device = (wish: Wish = {}): Promise<Raw> => Raw.login(server.ports.mqtt, { token: TOKENS.device, ...wish });
const note = (id: string): string => `dtck-pub/my-product/${id}/NOTE`;
const willOf = (id: string, willDelayInterval: number) => ({
  topic: note(id),
  payload: utf8.encode("gone"),
  qos: 1 as const,
  retain: false,
  properties: { willDelayInterval },
});
const notes = async (id: string): Promise<unknown[]> =>
  (await server.history(TOKENS.device, id, "NOTE")).map(({ NOTE }) => NOTE);
const HOUR = { sessionExpiryInterval: 3600 };

describe("SIGTERM", () => {
  test("v5 clients get DISCONNECT 0x8B with words, v3 clients are closed; the exit code is 0", async () => {
    const [five, four, three] = [await device(), await device({ version: 4 }), await device({ version: 3 })];
    expect(await server.stop()).toBe(0);
    expect(await five.ended()).toEqual([
      expect.objectContaining({
        type: "disconnect",
        reasonCode: 0x8b,
        properties: { reasonString: expect.any(String) },
      }),
    ]);
    expect([await four.ended(), await three.ended()]).toEqual([[], []]);
    expect(server.log()).toContain("everything that was acknowledged is stored");
    await server.restart();
  });

  test("what a client was sent an acknowledgement for is stored, in the middle of a stream of publishes", async () => {
    const raw = await device();
    const packets = Array.from({ length: 1000 }, (_, i) =>
      publishPacket(note("dev10"), String(i), { qos: 1, packetId: i + 1 }),
    );
    raw.send(...packets);
    await raw.expect("puback");
    const stopped = server.stop();
    const acked = (await raw.ended()).filter(({ type }) => type === "puback").length + 1;
    expect(await stopped).toBe(0);
    await server.restart();
    const stored = await notes("dev10");
    expect(stored.length).toBeGreaterThanOrEqual(acked);
    expect(stored).toEqual(stored.map((_, i) => String(i)));
  });

  test("[MQTT-3.1.2-8] wills: at once without a delay; with one they wait, over the restart, for the time or the client", async () => {
    const watcher = await device({ clientId: "watcher", cleanStart: true, properties: HOUR });
    await watcher.subscribe("dtck/my-product/+/NOTE", 1);
    await device({ clientId: "now", will: willOf("dev20", 0), properties: HOUR });
    await device({ clientId: "ends", will: willOf("dev21", 600) }); // its session ends with the connection
    await device({ clientId: "comes back", will: willOf("dev22", 5), properties: HOUR });
    await device({ clientId: "stays away", will: willOf("dev23", 6), properties: HOUR });
    await device({ clientId: "v3", version: 4, will: { ...willOf("dev24", 0), properties: {} } });
    expect(await server.stop()).toBe(0);
    await server.restart();
    expect(await Promise.all(["dev20", "dev21", "dev24"].map(notes))).toEqual([["gone"], ["gone"], ["gone"]]);
    const back = await device({ clientId: "comes back", cleanStart: false, properties: HOUR });
    await until("the will of the one that stays away", async () => (await notes("dev23")).length === 1);
    expect(await notes("dev22")).toEqual([]); // [MQTT-3.1.3-9]
    const again = await device({ clientId: "watcher", cleanStart: false, properties: HOUR });
    const heard = new Set<string>();
    while (heard.size < 4) {
      const packet = await again.expect("publish");
      again.send({ type: "puback", packetId: packet.packetId ?? 0, reasonCode: 0 });
      expect(payloadText(packet)).toBe("gone");
      heard.add(packet.topic.split("/")[2] ?? "");
    }
    expect([...heard].sort()).toEqual(["dev20", "dev21", "dev23", "dev24"]);
    for (const raw of [back, again]) await raw.leave();
  });

  test("nobody new is let in, and open connections are not waited for: a client that never reads ends nothing", async () => {
    const deaf = await device();
    deaf.socket.pause();
    const late = await Raw.open(server.ports.mqtt);
    expect(await server.stop()).toBe(0);
    expect(await late.ended()).toEqual([]);
    deaf.socket.destroy();
    await server.restart();
    expect((await server.http("/healthz")).status).toBe(200);
  });
});
