import { openAll } from "../../src/store/data.model.ts";
import { describe, expect, test } from "bun:test";
import { Lasting } from "../campaign/lasting.ts";
import { Random } from "../fuzz/random.ts";
import { END_OF_TIME } from "../../src/store/ports.ts";
import { SqliteDataStore } from "../../src/store/sqlite/data/store.ts";
import { TOKENS } from "../run/fleet.ts";
import { have } from "../run/have.ts";
import { startServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { SteppedClock } from "./stepped.ts";

const HOUR = 3600;
/** Seconds that the clock is ahead of the true time, in turn and by chance. */
const SETTINGS = [0, 5, -5, 2 * HOUR, -HOUR, 60, 3650 * 24 * HOUR, -400 * 24 * HOUR] as const;
const LIVES = 4;
const can = process.platform === "linux" && have("cc");

/** How often each value is stored. */
async function stored(folder: string): Promise<Map<string, number>> {
  const store = new SqliteDataStore({ folder });
  const { series } = await openAll(store);
  const times = new Map<string, number>();
  for (const { id } of series)
    for (const { value } of await store.read(id, 0, END_OF_TIME, 1_000_000))
      times.set(String(value), (times.get(String(value)) ?? 0) + 1);
  await store.close();
  return times;
}

describe.skipIf(!can)("a clock that is set again and again, and kills", () => {
  test("everything that was acknowledged is stored once, the newest is current, and nobody is disconnected", async () => {
    const random = new Random(20_261_129, 0);
    const clock = new SteppedClock();
    const server = await startServer({ env: clock.env });
    const clients = [1, 2].map((qos) => new Lasting(`steps${qos}`, TOKENS.device, { window: 20 }));
    let count = 0;
    const fill = (): void => {
      for (const [i, client] of clients.entries())
        while (client.isOpen && client.mayPublish)
          client.publish(i === 0 ? 1 : 2, `dtck-pub/my-product/dev${i}/NOTE`, `n${count++}`);
    };
    const acknowledged = (): number => clients.reduce((sum, { stored }) => sum + stored.length, 0);
    try {
      for (let life = 0; life < LIVES; life++) {
        for (const client of clients) expect(client.isOpen || (await client.connect(server.ports.mqtt))).toBe(true);
        for (let step = 0; step < 6; step++) {
          clock.set(SETTINGS[random.below(SETTINGS.length)] ?? 0);
          const goal = acknowledged() + 300;
          await until("acknowledgements", () => {
            fill();
            return acknowledged() >= goal;
          });
        }
        expect(await server.metric("fieldcast_disconnects_total", 'reason="keep alive"')).toBe(0);
        if (life === LIVES - 1) break;
        await server.kill9();
        for (const client of clients) client.cut();
        // what waits until a time of this clock would wait for as long as it is ahead
        clock.set(0);
        await server.restart();
      }
      clock.set(0);
      await until("the last answers", () => clients.every((client) => client.sent.size === 0));
      for (const client of clients) expect(client.faults).toEqual([]);
      await server.stop();
      const times = await stored(server.data);
      const lost = clients.flatMap(({ stored }) => stored.filter((value) => !times.has(value)));
      expect([lost, acknowledged() > LIVES * 6 * 290]).toEqual([[], true]);
      const twice = clients[1]?.stored.filter((value) => times.get(value) !== 1);
      expect(twice).toEqual([]);
    } finally {
      for (const client of clients) client.cut();
      await server.remove();
      clock.remove();
    }
  }, 120_000);
});
