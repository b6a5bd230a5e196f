import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { have } from "../run/have.ts";
import { TOKENS } from "../run/fleet.ts";
import { fieldcast, startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { Lasting } from "../campaign/lasting.ts";
import { type Fault, FaultyDisk } from "./faulty.ts";

const FAILS = "storage does not take data";
const WORKS = "storage takes data again";
const GAVE_UP = "storage took no data for the whole grace time";
const TOPIC = "dtck-pub/my-product";
const linux = process.platform === "linux";

let loads = 0;

/** Two clients that publish as fast as answers come, with QoS 1 and with QoS 2. */
class Load {
  readonly once = new Lasting("once", TOKENS.device, { window: 20 });
  readonly least = new Lasting("least", TOKENS.device, { window: 20 });
  private running = false;
  private count = 0;
  private readonly name = loads++;

  constructor(private readonly server: TestServer) {}
  get stored(): number {
    return this.once.stored.length + this.least.stored.length;
  }
  async start(): Promise<void> {
    for (const client of [this.once, this.least])
      expect(client.isOpen || (await client.connect(this.server.ports.mqtt))).toBe(true);
    this.running = true;
    this.fill();
  }
  private readonly fill = (): void => {
    if (!this.running) return;
    for (; this.once.mayPublish; this.count++)
      this.once.publish(2, `${TOPIC}/dev1/NOTE`, `b-${this.name}-${this.count}`);
    for (; this.least.mayPublish; this.count++)
      this.least.publish(1, `${TOPIC}/dev0/NOTE`, `a-${this.name}-${this.count}`);
    setImmediate(this.fill);
  };
  pause(): void {
    this.running = false;
  }
  async finish(): Promise<void> {
    this.pause();
    for (const client of [this.once, this.least]) {
      expect(client.isOpen || (await client.connect(this.server.ports.mqtt))).toBe(true);
      await until("all answers", () => client.sent.size === 0);
    }
  }
  cut(): void {
    this.pause();
    for (const client of [this.once, this.least]) client.cut();
  }
  /** What the server promised and does not hold. */
  async broken(): Promise<string[]> {
    const lines: string[] = [...this.once.faults, ...this.least.faults];
    for (const [client, device, qos] of [
      [this.once, "dev1", 2],
      [this.least, "dev0", 1],
    ] as const) {
      const times = new Map<string, number>();
      for (const { NOTE } of await this.server.history(TOKENS.owner, device, "NOTE"))
        times.set(String(NOTE), (times.get(String(NOTE)) ?? 0) + 1);
      for (const payload of client.stored) if (!times.has(payload)) lines.push(`QoS ${qos}: ${payload} is lost`);
      if (qos === 2) for (const [note, n] of times) if (n > 1) lines.push(`QoS 2: ${note} is stored ${n} times`);
    }
    return lines;
  }
}

describe.skipIf(!linux || !have("cc"))("6: a disk that fails", () => {
  let disk: FaultyDisk;
  let server: TestServer;
  const lines = (text: string): number => server.log().split(text).length - 1;
  beforeAll(async () => {
    disk = new FaultyDisk();
    server = await startServer({ env: disk.env, flags: ["--storage-grace", "20s"] });
  });
  afterAll(async () => {
    disk.end();
    await server.remove();
    disk.remove();
  });

  test.each<Fault>(["sync EIO data.db-wal", "write EIO data.db-wal", "write ENOSPC data.db-wal"])(
    "%s: nothing is acknowledged meanwhile; it goes on by itself on the same connections, and loses nothing",
    async (fault) => {
      const load = new Load(server);
      await load.start();
      for (let round = 0; round < 3; round++) {
        const [failed, works, before] = [lines(FAILS), lines(WORKS), load.stored];
        await until("some load", () => load.stored >= before + 100);
        disk.begin(fault);
        await until("the failure", () => lines(FAILS) === failed + 1);
        const stuck = load.stored;
        expect((await server.http("/healthz")).status).toBe(503);
        expect(load.stored).toBe(stuck);
        disk.end();
        await until("the recovery", () => lines(WORKS) === works + 1);
        expect(lines(FAILS)).toBe(failed + 1);
      }
      const before = load.stored;
      await until("more load", () => load.stored >= before + 100);
      await load.finish();
      expect(load.once.isOpen && load.least.isOpen).toBe(true);
      expect(await load.broken()).toEqual([]);
      await server.kill9();
      load.cut();
      await server.restart();
      expect(await load.broken()).toEqual([]);
      expect(await fieldcast(["store", "check", "--data", server.data])).toMatchObject({ code: 0 });
    },
    60_000,
  );

  test.each<Fault>(["sync EIO data.db-wal", "write EIO data.db-wal"])(
    "%s, and a kill in the middle of it: what was acknowledged is there",
    async (fault) => {
      const load = new Load(server);
      await load.start();
      await until("some load", () => load.stored >= 200);
      const failed = lines(FAILS);
      disk.begin(fault);
      await until("the failure", () => lines(FAILS) === failed + 1);
      await server.kill9();
      load.cut();
      disk.end();
      await server.restart();
      expect(await load.broken()).toEqual([]);
      await load.start();
      await load.finish();
      expect(await load.broken()).toEqual([]);
      load.cut();
    },
    60_000,
  );

  test.each<Fault>(["sync EIO data.db", "write EIO data.db"])(
    "%s: commits go on in the write-ahead log, which is folded into the file when it can be",
    async (fault) => {
      const load = new Load(server);
      await load.start();
      disk.begin(fault);
      await until("some load", () => load.stored >= 3000, 40_000);
      disk.end();
      await load.finish();
      expect(await load.broken()).toEqual([]);
      await server.kill9();
      load.cut();
      await server.restart();
      expect(await load.broken()).toEqual([]);
    },
    60_000,
  );

  test.each<Fault>(["sync EIO fleet.db-wal", "write EIO fleet.db-wal", "write ENOSPC fleet.db-wal"])(
    "%s: a change of the fleet is refused whole, and works afterwards",
    async (fault) => {
      const slug = fault.toLowerCase().replaceAll(/[^a-z]+/g, "-");
      const yaml = `workspaces: [{ slug: home, products: [{ slug: ${slug}, fields: [{ id: T, type: INT }] }] }]`;
      disk.begin(fault);
      await expect(server.apply(yaml)).rejects.toThrow("storage_unavailable");
      await expect(server.apply(yaml)).rejects.toThrow("storage_unavailable");
      const known = () => server.operation("productList") as Promise<{ slug: string }[]>;
      expect((await known()).map((product) => product.slug)).not.toContain(slug);
      disk.end();
      await server.apply(yaml);
      await server.kill9();
      await server.restart();
      expect((await known()).map((product) => product.slug)).toContain(slug);
    },
    60_000,
  );

  test.each<Fault>(["write EIO data.db", "write ENOSPC fleet.db", "sync EIO b.tar.partial"])(
    "%s while a backup is made: an error in one line, nothing left behind",
    async (fault) => {
      const file = join(server.folder, "b.tar");
      rmSync(file, { force: true });
      disk.begin(fault);
      const { code, err } = await fieldcast(["backup", file, "--data", server.data], disk.env);
      disk.end();
      expect(code).toBe(1);
      expect(err.trim().split("\n")).toHaveLength(1);
      expect(await Bun.file(file).exists()).toBe(false);
      expect(await Bun.file(`${file}.partial`).exists()).toBe(false);
      expect(await fieldcast(["backup", file, "--data", server.data], disk.env)).toMatchObject({ code: 0 });
    },
    60_000,
  );
});

describe.skipIf(!linux || !have("cc"))("6: a disk that fails for longer than the grace time", () => {
  test("connections are closed with a reason; service returns by itself, QoS 2 is stored once", async () => {
    const disk = new FaultyDisk();
    const server = await startServer({ env: disk.env, flags: ["--storage-grace", "1s"] });
    const lines = (text: string): number => server.log().split(text).length - 1;
    try {
      const load = new Load(server);
      await load.start();
      await until("some load", () => load.stored >= 100);
      disk.begin("sync EIO data.db-wal");
      await until("the end of the grace time", () => lines(GAVE_UP) === 1 && !load.once.isOpen && !load.least.isOpen);
      load.pause();
      expect(lines(WORKS)).toBe(0);
      disk.end();
      await until("the recovery", () => lines(WORKS) === 1);
      await load.start();
      await load.finish();
      expect(await load.broken()).toEqual([]);
      expect([lines(FAILS), lines(GAVE_UP)]).toEqual([1, 1]);
      load.cut();
    } finally {
      disk.end();
      await server.remove();
      disk.remove();
    }
  }, 60_000);
});
