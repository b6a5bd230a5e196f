import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { ConnackPacket, Packet } from "../../src/codec/index.ts";
import { TOKENS } from "../run/fleet.ts";
import { have } from "../run/have.ts";
import { payloadText, Raw, type Wish } from "../run/raw.ts";
import type { TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { type SharedStore, shareStore } from "./shared-store.ts";

const TOPIC = "dtck-pub/my-product/dev1/TEMPERATURE";
const lasting = (clientId: string): Wish => ({
  token: TOKENS.device,
  clientId,
  cleanStart: false,
  properties: { sessionExpiryInterval: 3600 },
});
const words = (packets: readonly Packet[]): string[] =>
  packets.map((p) => (p.type === "publish" ? `${payloadText(p)} ${p.qos}${p.dup ? " dup" : ""}` : p.type));

describe.skipIf(!have("postgresql"))("stored sessions on several servers", () => {
  let store: SharedStore;
  let one: TestServer;
  let two: TestServer;
  beforeAll(async () => {
    store = await shareStore();
    ({ one, two } = store);
  }, 60_000);
  afterAll(() => store?.remove());

  /** A login that is tried again while the session is on its way. */
  async function back(server: TestServer, clientId: string): Promise<{ raw: Raw; connack: ConnackPacket }> {
    return until(`the session of ${clientId}`, async () => {
      const raw = await Raw.open(server.ports.mqtt);
      const connack = await raw.connect(lasting(clientId));
      return connack.reasonCode === 0 ? { raw, connack } : null;
    });
  }
  /** A session with a subscription, one message in flight both ways at QoS 2, and one that waits. */
  async function begun(server: TestServer, clientId: string, payload: string): Promise<Raw> {
    const raw = await Raw.login(server.ports.mqtt, lasting(clientId));
    await raw.subscribe("dtck/my-product/dev1/#", 2);
    raw.publish(TOPIC, payload, { qos: 2, packetId: 9 });
    const got = [await raw.next(), await raw.next()];
    expect(words(got).sort()).toEqual([`${payload} 2`, "pubrec"]);
    return raw;
  }
  /** What it had in flight goes on elsewhere, once each. */
  async function goesOn(raw: Raw, payload: string, waiting: string): Promise<void> {
    expect(words([await raw.next(), await raw.next()])).toEqual([`${payload} 2 dup`, `${waiting} 2`]);
    raw.publish(TOPIC, payload, { qos: 2, packetId: 9, dup: true });
    expect((await raw.expect("pubrec")).reasonCode).toBe(0);
    raw.send({ type: "pubrel", packetId: 9, reasonCode: 0 });
    expect((await raw.expect("pubcomp")).reasonCode).toBe(0);
    expect(words(await raw.drain())).toEqual([]);
  }

  test("one goes where its client logs in, with all that it has, and is not where it was", async () => {
    const first = await begun(one, "mover", "1");
    const mouth = await Raw.login(one.ports.mqtt, { token: TOKENS.device, clientId: "mouth" });
    first.reset();
    await mouth.record(TOPIC, "2");
    const { raw, connack } = await back(two, "mover");
    expect(connack.sessionPresent).toBe(true);
    await goesOn(raw, "1", "2");
    // while it is connected, too
    const again = await back(one, "mover");
    expect(again.connack.sessionPresent).toBe(true);
    expect(words(await raw.ended())).toEqual(["disconnect"]);
    await mouth.leave();
    await again.raw.leave();
  }, 30_000);

  test("a clean start elsewhere ends it", async () => {
    const first = await begun(one, "cleaner", "10");
    const anew = await Raw.open(two.ports.mqtt);
    const connack = await anew.connect({ ...lasting("cleaner"), cleanStart: true });
    expect([connack.reasonCode, connack.sessionPresent]).toEqual([0, false]);
    expect(words(await first.ended())).toEqual(["disconnect"]);
    const { connack: third } = await back(one, "cleaner");
    expect(third.sessionPresent).toBe(true);
    await anew.ended();
  }, 30_000);

  test("those of a server that is stopped are elsewhere at once, and those of one that is killed when it is missed", async () => {
    const first = await begun(two, "stopped", "20");
    const mouth = await Raw.login(one.ports.mqtt, { token: TOKENS.device, clientId: "mouth" });
    await two.stop();
    await first.ended();
    await mouth.record(TOPIC, "21");
    const stopped = await back(one, "stopped");
    expect(stopped.connack.sessionPresent).toBe(true);
    await goesOn(stopped.raw, "20", "21");

    await two.start();
    await begun(two, "killed", "30");
    await two.kill9();
    await mouth.record(TOPIC, "31");
    const killed = await back(one, "killed");
    expect(killed.connack.sessionPresent).toBe(true);
    await goesOn(killed.raw, "30", "31");
    await two.start();
  }, 60_000);
});
