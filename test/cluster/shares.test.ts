import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { TOKENS } from "../run/fleet.ts";
import { have } from "../run/have.ts";
import { payloadText, Raw } from "../run/raw.ts";
import type { TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { type SharedStore, shareStore } from "./shared-store.ts";

const TOPIC = "dtck-pub/my-product/dev2/TEMPERATURE";

/** A member of the group, which answers what comes. */
class Worker {
  readonly got: string[] = [];
  private isOver = false;

  private constructor(private readonly raw: Raw) {}
  static async at(server: TestServer, clientId: string): Promise<Worker> {
    const raw = await Raw.login(server.ports.mqtt, { token: TOKENS.device, clientId });
    await raw.subscribe("$share/workers/dtck/my-product/dev2/#", 1);
    const worker = new Worker(raw);
    void worker.work();
    return worker;
  }
  private async work(): Promise<void> {
    while (!this.isOver) {
      const packet = await this.raw.next().catch(() => null);
      if (packet === null) {
        if (this.raw.isClosed) return;
        continue;
      }
      if (packet.type !== "publish") continue;
      this.got.push(payloadText(packet));
      this.raw.send({ type: "puback", packetId: packet.packetId ?? 0, reasonCode: 0 });
    }
  }
  end(): void {
    this.isOver = true;
    this.raw.reset();
  }
}

describe.skipIf(!have("postgresql"))("shared subscriptions, presence and lists on several servers", () => {
  let store: SharedStore;
  let one: TestServer;
  let two: TestServer;
  beforeAll(async () => {
    store = await shareStore({ haveUrls: true });
    ({ one, two } = store);
  }, 60_000);
  afterAll(() => store?.remove());

  test("each message goes to one member, also when a server dies amid them; its devices are not connected any more", async () => {
    const workers = [await Worker.at(one, "w1"), await Worker.at(two, "w2"), await Worker.at(two, "w3")];
    const mouth = await Raw.login(one.ports.mqtt, { token: TOKENS.device, clientId: "mouth" });
    for (let i = 1; i <= 90; i++) await mouth.record(TOPIC, `${i}`);
    const all = () => workers.flatMap(({ got }) => got).sort((a, b) => Number(a) - Number(b));
    await until("all messages", () => all().length >= 90 || null);
    expect(all()).toEqual(Array.from({ length: 90 }, (_, i) => `${i + 1}`));
    for (const { got } of workers) expect(got.length).toBeGreaterThan(10);

    const device = await Raw.login(two.ports.mqtt, { token: TOKENS.device, clientId: "dev1" });
    const isConnected = async (server: TestServer): Promise<boolean> => {
      const answer = await server.http("/api/v1/products/my-product/devices/dev1", TOKENS.device);
      return ((await answer.json()) as { connected: boolean }).connected;
    };
    for (const server of [one, two]) await until("dev1 on both", () => isConnected(server));
    const list = await one.http("/api/v1/sessions", TOKENS.operator);
    const { items } = (await list.json()) as { items: { client_id: string; node: number; id: string }[] };
    const nodeOf = new Map(items.map(({ client_id, node }) => [client_id, node]));
    expect([...nodeOf.keys()].sort()).toEqual(["dev1", "mouth", "w1", "w2", "w3"]);
    expect(nodeOf.get("dev1")).toBe(nodeOf.get("w2") as number);
    expect(nodeOf.get("dev1")).not.toBe(nodeOf.get("w1") as number);
    const id = items.find(({ client_id }) => client_id === "w3")?.id ?? "";
    const third = await one.http(`/api/v1/sessions/${id}`, TOKENS.operator);
    expect(await third.json()).toMatchObject({ client_id: "w3", connected: true });

    await two.kill9();
    for (const worker of workers.slice(1)) worker.end();
    device.reset();
    for (let i = 91; i <= 120; i++) await mouth.record(TOPIC, `${i}`);
    const [left] = workers;
    await until("the rest", () => new Set(all()).size >= 120 || null);
    expect(left?.got.length).toBeGreaterThan(30);
    await until("dev1 is gone", async () => !(await isConnected(one)));
    left?.end();
  }, 60_000);
});
