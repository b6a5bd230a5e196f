import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { have } from "../run/have.ts";
import { Raw } from "../run/raw.ts";
import { TOKENS } from "../run/fleet.ts";
import { fieldcast, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { type SharedStore, shareStore } from "./shared-store.ts";

describe.skipIf(!have("postgresql"))("several servers on one PostgreSQL, all of them active", () => {
  let store: SharedStore;
  let one: TestServer;
  let two: TestServer;
  beforeAll(async () => {
    store = await shareStore();
    ({ one, two } = store);
  }, 60_000);
  afterAll(() => store?.remove());

  test("what is published on one is heard on the other, both ways, in one order", async () => {
    const [here, there] = [
      await Raw.login(one.ports.mqtt, { token: TOKENS.device, clientId: "here" }),
      await Raw.login(two.ports.mqtt, { token: TOKENS.device, clientId: "there" }),
    ];
    for (const ear of [here, there]) await ear.subscribe("dtck/my-product/#", 1);
    const [first, second] = [
      await Raw.login(one.ports.mqtt, { token: TOKENS.device, clientId: "first" }),
      await Raw.login(two.ports.mqtt, { token: TOKENS.device, clientId: "second" }),
    ];
    for (let i = 0; i < 20; i++) {
      await first.record("dtck-pub/my-product/dev1/TEMPERATURE", `${i}`);
      await second.record("dtck-pub/my-product/dev1/TEMPERATURE", `${i + 100}`);
    }
    await second.record("dtck-pub/my-product/dev2/TEMPERATURE", "999");
    const [a, b] = [await here.heard("999"), await there.heard("999")];
    expect(a).toHaveLength(41);
    expect(b).toEqual(a);
  }, 30_000);

  test("a device that is made on one is there on the other", async () => {
    const make = await two.http("/api/v1/products/my-product/devices", TOKENS.owner, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ id: "new-one", name: "New" }),
    });
    expect([make.status, await make.text()]).toEqual([201, expect.stringContaining("new-one")]);
    const mouth = await Raw.login(one.ports.mqtt, { token: TOKENS.device, clientId: "maker" });
    const recorded = () => mouth.record("dtck-pub/my-product/new-one/TEMPERATURE", "5");
    expect(await until("the device", async () => (await recorded()) === 0 || null)).toBe(true);
    await mouth.leave();
  }, 30_000);

  test("one that is killed is missed when its lease is over, and takes part again; one that is stopped is missed at once", async () => {
    const told = (text: string) => until(text, () => one.log().split(text).length - 1 || null);
    await two.kill9();
    expect(await told("a node is gone")).toBe(1);
    const ear = await Raw.login(one.ports.mqtt, { token: TOKENS.device, clientId: "ear" });
    await ear.subscribe("dtck/my-product/#", 1);
    await two.start();
    const mouth = await Raw.login(two.ports.mqtt, { token: TOKENS.device, clientId: "mouth" });
    await mouth.record("dtck-pub/my-product/dev3/TEMPERATURE", "7");
    expect(await ear.heard("7")).toHaveLength(1);
    expect(await two.stop()).toBe(0);
    await until("the second end", () => one.log().split("a node is gone").length === 3);
    await two.start();
  }, 60_000);

  test("a server that does not share the store does not get it", async () => {
    const data = join(one.folder, "third");
    const run = await fieldcast([
      "serve",
      "--data",
      data,
      "--store",
      store.address,
      "--unreplicated-ok",
      "on",
      "--mqtt",
      "off",
      "--http",
      "off",
    ]);
    expect([run.code, run.err]).toEqual([
      1,
      expect.stringContaining("another fieldcast uses this folder or its store"),
    ]);
  }, 30_000);

  test("what does not fit together is refused before anything is made", async () => {
    const serve = (...flags: string[]) =>
      fieldcast(["serve", "--data", join(one.folder, "none"), "--mqtt", "off", "--http", "off", "--cluster", ...flags]);
    const alone = await serve();
    expect([alone.code, alone.err]).toEqual([
      1,
      expect.stringContaining("--cluster needs a store that other servers have"),
    ]);
    const both = await serve("--standby", "--store", store.address);
    expect([both.code, both.err]).toEqual([1, expect.stringContaining("--cluster and --standby")]);
    const unsafe = await serve("--store", store.address);
    expect([unsafe.code, unsafe.err]).toEqual([1, expect.stringContaining("no synchronous standby")]);
  }, 30_000);

  test("a node counts time as the others do, whatever its folder has noted", async () => {
    expect(await two.stop()).toBe(0);
    const now = Date.now() * 1000;
    writeFileSync(join(two.data, "clock"), JSON.stringify({ wall: now, steady: now + 30 * 86_400e6, doubt: 0 }));
    await two.start();
    const ear = await Raw.login(one.ports.mqtt, { token: TOKENS.device, clientId: "timed" });
    await ear.subscribe("dtck/my-product/dev5/#", 1);
    const mouth = await Raw.login(two.ports.mqtt, { token: TOKENS.device, clientId: "timing" });
    mouth.publish("dtck-pub/my-product/dev5/TEMPERATURE", "1", {
      qos: 1,
      packetId: 1,
      properties: { messageExpiryInterval: 60 },
    });
    const { properties } = await ear.expect("publish");
    expect(properties?.messageExpiryInterval ?? 0).toBeWithin(30, 61);
  }, 30_000);

  test("tables are not changed while servers are active that do not know the change", async () => {
    const [{ version = 0 } = {}] = await store.postgres.sql(`SELECT version FROM ${store.schema}.data_version`);
    const third = () =>
      fieldcast([
        "serve",
        "--data",
        join(one.folder, "fourth"),
        "--store",
        store.address,
        "--unreplicated-ok",
        "on",
        "--cluster",
        "--mqtt",
        "off",
        "--http",
        "off",
      ]);
    await store.postgres.sql(`UPDATE ${store.schema}.data_version SET version = ${Number(version) - 1}`);
    try {
      const refused = await third();
      expect([refused.code, refused.err]).toEqual([
        1,
        expect.stringContaining("servers of an older one are active on it"),
      ]);
    } finally {
      await store.postgres.sql(`UPDATE ${store.schema}.data_version SET version = ${version}`);
    }
  }, 30_000);

  test("a database that is away is waited for, and a node that could not commit for too long takes part again", async () => {
    await store.postgres.stop("kill");
    await until("silence", () => one.log().includes("the store does not answer"));
    expect((await one.http("/healthz")).status).toBe(503);
    await two.kill9();
    const starting = two.start();
    await until("the wait", () => two.log().includes("PostgreSQL cannot be asked yet"));
    await store.postgres.start();
    await starting;
    await until("the first one", async () => (await one.http("/healthz")).status === 200);
    const ear = await Raw.login(two.ports.mqtt, { token: TOKENS.device, clientId: "late" });
    await ear.subscribe("dtck/my-product/#", 1);
    const mouth = await Raw.login(one.ports.mqtt, { token: TOKENS.device, clientId: "again" });
    await mouth.record("dtck-pub/my-product/dev4/TEMPERATURE", "8");
    expect(await ear.heard("8")).toHaveLength(1);
  }, 60_000);
});
