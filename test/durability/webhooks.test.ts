import { afterAll, beforeAll, expect, test } from "bun:test";
import { Lasting } from "../campaign/lasting.ts";
import { TOKENS } from "../run/fleet.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ flags: ["--allow-outgoing", "127.0.0.1"] });
});
afterAll(() => server.remove());

interface Event {
  readonly id: string;
  readonly data: { readonly device: { readonly id: string }; readonly value: string };
}
/** What an endpoint was sent: by the id of the event, its value; and the values of each device in the order in which they came first. */
class Receiver {
  readonly ids = new Map<string, string>();
  readonly first = new Map<string, string[]>();
  requests = 0;
  private readonly server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const lines = (await request.text()).trim().split("\n");
      this.requests++;
      for (const line of lines) this.take(JSON.parse(line) as Event);
      return new Response(null, { status: 204 });
    },
  });
  get url(): string {
    return `http://127.0.0.1:${this.server.port}/`;
  }
  private take({ id, data: { device, value } }: Event): void {
    const known = this.ids.get(id);
    // one id is one event
    if (known !== undefined) return expect(known).toBe(value);
    this.ids.set(id, value);
    this.first.set(device.id, [...(this.first.get(device.id) ?? []), value]);
  }
  get values(): Set<string> {
    return new Set(this.ids.values());
  }
  async stop(): Promise<void> {
    await this.server.stop(true);
  }
}

test("a server that is killed again and again under load: every stored value reaches each webhook, in the order of its device", async () => {
  const [single, batched] = [new Receiver(), new Receiver()];
  try {
    const events = ["device_measurement"];
    await server.operation("webhookCreate", { workspace: "acme", name: "single", url: single.url, events });
    const batch = { max: 50, wait: 0 };
    await server.operation("webhookCreate", {
      workspace: "acme",
      name: "batched",
      url: batched.url,
      events,
      form: "ndjson",
      batch,
    });
    const client = new Lasting("load", TOKENS.device);
    let count = 0;
    for (let life = 0; life < 4; life++) {
      if (life > 0) await server.start();
      expect(await client.connect(server.ports.mqtt)).toBe(true);
      const before = client.stored.length;
      await until("some load, and some of it sent", () => {
        for (; client.mayPublish; count++)
          client.publish(1, `dtck-pub/my-product/dev${count % 7}/NOTE`, `note ${count}`);
        return client.stored.length > before + 300 && single.requests > life * 100;
      });
      await server.kill9();
      client.cut();
    }
    await server.start();
    expect(await client.connect(server.ports.mqtt)).toBe(true);
    await until("all answers", () => client.sent.size === 0);
    for (const receiver of [single, batched])
      await until(
        "everything that was stored",
        () => {
          const { values } = receiver;
          return client.stored.every((note) => values.has(note));
        },
        30_000,
      );
    const numberOf = (note: string) => Number(note.slice("note ".length));
    for (const receiver of [single, batched])
      for (const values of receiver.first.values()) {
        // a publish that was sent again after a kill may be stored twice, with another id: its first one counts
        const numbers = [...new Set(values.map(numberOf))];
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      }
    expect(client.stored.length).toBeGreaterThan(1200);
    expect(batched.requests).toBeLessThan(single.requests);
    const shown = (await server.operation("webhookShow", { webhook: "single" })) as {
      state: string;
      dropped_events: number;
    };
    expect(shown).toMatchObject({ state: "active", dropped_events: 0, dead_letters: 0 });
    client.cut();
  } finally {
    await Promise.all([single.stop(), batched.stop()]);
  }
}, 120_000);
