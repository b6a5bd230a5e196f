import { describe, expect, test } from "bun:test";
import { account } from "../run/account.ts";
import { mqttJs } from "../run/clients.ts";
import { DEVICE, TOKENS } from "../run/fleet.ts";
import { Raw } from "../run/raw.ts";
import { startServer } from "../run/server.ts";
import { NOTE, target } from "./target.ts";

const it = target();

describe("rights", () => {
  test("CVE-2017-7650, CVE-2026-44838, CVE-2026-67407: a client identifier is no pattern", async () => {
    const attack = async (clientId: string): Promise<void> => {
      const raw = await it.login({ clientId, token: TOKENS.scoped });
      expect(await raw.record(NOTE, "1")).toBe(0x90);
      expect(await raw.record("dtck-pub/my-product/.*/NOTE", "1")).toBe(0x90);
      expect((await raw.subscribe([`dtck/my-product/${DEVICE}/+`, "$SYS/#"])).reasonCodes).toEqual([0x87, 0x87]);
      await raw.leave();
      expect(await it.loginCode({ clientId, userName: clientId, password: TOKENS.scoped })).toBe(0x86);
    };
    const patterns = ["#", "+", "/", "+/+", "dtck/#", ".*", "(a+)+$", "[", "\\", "%c", "$SYS", "*", "dev7", "../x"];
    await Promise.all(patterns.map(attack));
  });
  test("CVE-2018-20145: the same rights whichever way one asks", async () => {
    const refusal = /not|no such/i;
    for (const [url, ca] of [
      [`mqtt://127.0.0.1:${it.server.ports.mqtt}`, undefined],
      [`mqtts://localhost:${it.server.ports.mqtts}`, it.server.caFile],
      [`ws://127.0.0.1:${it.server.ports.http}/mqtt`, undefined],
      [`wss://localhost:${it.server.ports.https}/mqtt`, it.server.caFile],
      [`wss://localhost:${it.server.ports.wss}`, it.server.caFile],
    ] as const) {
      const js = await mqttJs(url, TOKENS.viewer, ca);
      await expect(js.client.publishAsync(NOTE, "1", { qos: 1 })).rejects.toThrow(refusal);
      await expect(js.client.subscribeAsync("dtck/other-product/+/+")).rejects.toThrow();
      await js.end();
    }
    for (const token of [undefined, TOKENS.unknown, TOKENS.viewer, TOKENS.globex]) {
      const body = '{"field":"NOTE","value":"1"}';
      const answer = await it.server.http("/v1/devices/dev1/record/", token, { method: "POST", body });
      expect([401, 403, 404]).toContain(answer.status);
    }
  });
  test("CVE-2018-12550, CVE-2018-12551, CVE-2017-7652: empty or malformed rights open nothing, a bad file changes nothing", async () => {
    const user = await account(it.server, "fails closed", "{ device_ids: [dev1], can: [record_only] }");
    const raw = await it.login({ token: user.token });
    for (const line of [
      "{ devices: all }",
      "{ devices: all, can: [] }",
      "{ can: [view] }",
      "{ tags: [], can: [view] }",
      "nonsense",
    ])
      await expect(user.rights(line)).rejects.toThrow("invalid_fleet");
    for (const yaml of ["workspaces: [", ": :", "workspaces: [{ slug: acme, api_users: [{ name: x, token: '' }] }]"])
      await expect(it.server.apply(yaml)).rejects.toThrow("invalid_fleet");
    expect(await raw.record(NOTE, "still")).toBe(0);
    expect(await raw.record("dtck-pub/my-product/dev2/NOTE", "no")).toBe(0x90);
    await it.server.apply(""); // an empty file opens nothing and closes nothing
    expect(await raw.record(NOTE, "still")).toBe(0);
    await user.rights();
    expect(await raw.record(NOTE, "no")).toBe(0x90);
    await raw.leave();
    expect(await it.loginCode({ userName: "", password: "" })).toBe(0x86);
  });
  test("CVE-2018-12543: topics that begin with $", async () => {
    const everything = await it.login({ token: TOKENS.viewer });
    await everything.subscribe(["#", "+/#", "dtck/#"]);
    const raw = await it.login();
    for (const topic of [
      "$",
      "$SYS",
      "$SYS/broker/version",
      "$share/g/dtck/a",
      "$share",
      "$queue/a",
      "$dtck",
      "$/",
      "$$/#".slice(0, 3),
    ])
      expect(await raw.record(topic, "1")).toBe(0x90);
    const shares = ["$share", "$share/", "$share//a", "$share/g", "$share/g/", "$share/+/a", "$share/g/$SYS/#", "$"];
    const { reasonCodes } = await raw.subscribe(shares);
    for (const code of reasonCodes) expect(code).toBeGreaterThanOrEqual(0x80);
    expect(await everything.drain()).toEqual([]);
    await everything.leave();
    await raw.leave();
  });
  test("CVE-2026-33217: there is one form of a topic; no other spelling reaches a device", async () => {
    const raw = await it.login();
    const before = (await it.server.history(TOKENS.device, "dev1", "NOTE")).length;
    for (const topic of [
      "dtck-pub//my-product/dev1/NOTE",
      "/dtck-pub/my-product/dev1/NOTE",
      "dtck-pub/my-product/dev1/NOTE/",
      "dtck-pub/my-product/dev1//NOTE",
      "DTCK-PUB/my-product/dev1/NOTE",
      "dtck-pub/My-Product/dev1/NOTE",
      "dtck-pub/my-product/DEV1/NOTE",
      "dtck-pub/my-product/dev2/../dev1/NOTE",
      "dtck-pub/my-product/./dev1/NOTE",
      "dtck-pub/my%2Dproduct/dev1/NOTE",
      "dtck-pub/my-product/dev1/NO\u0131E",
      "dtck-pub/my-product/dev1/N\u00d6TE",
      "dtck-pub/my-product/dev1/ NOTE",
      "dtck-pub/my-product/dev1 /NOTE",
      "dtck-pub/my-product/dev1/NOTE\u00a0",
      "dtck-pub\\my-product\\dev1\\NOTE",
      "dtck-pub.my-product.dev1.NOTE",
      "\ufeffdtck-pub/my-product/dev1/NOTE",
    ])
      expect(await raw.record(topic, "1")).toBe(0x90);
    expect(await it.server.history(TOKENS.device, "dev1", "NOTE")).toHaveLength(before);
    await raw.leave();
  });
  test("CVE-2018-12546: a retained value goes with the right to read it, and with its device", async () => {
    await it.server.apply("workspaces: [{ slug: acme, products: [{ slug: kept, devices: [{ id: gone }] }] }]");
    const user = await account(it.server, "retained", "{ products: [kept], can: [record_measurements] }");
    const raw = await it.login({ token: user.token });
    for (const box of ["gone", "box1", "box2"]) await raw.record(`dtck-pub/kept/${box}/TEMPERATURE`, "5");
    const retained = async (): Promise<string[]> => {
      await raw.subscribe("dtck/kept/+/TEMPERATURE");
      return (await raw.drain()).map((p) => (p.type === "publish" ? p.topic.slice(10) : p.type)).sort();
    };
    expect(await retained()).toEqual(["box1/TEMPERATURE", "box2/TEMPERATURE", "gone/TEMPERATURE"]);
    expect((await it.server.cli("device", "delete", "kept", "gone", "--yes")).code).toBe(0);
    expect(await retained()).toEqual(["box1/TEMPERATURE", "box2/TEMPERATURE"]);
    await user.rights("{ device_ids: [box2], can: [view] }");
    expect(await retained()).toEqual(["box2/TEMPERATURE"]);
    await raw.leave();
  });
  test("CVE-2021-34434: a durable subscription does not outlive the right, also across a crash", async () => {
    const own = await startServer();
    const user = await account(own, "durable", "{ products: [my-product], can: [view] }");
    const wish = {
      token: user.token,
      clientId: "durable",
      cleanStart: false,
      properties: { sessionExpiryInterval: 600 },
    };
    const first = await Raw.login(own.ports.mqtt, wish);
    await first.subscribe("dtck/my-product/+/NOTE", 1);
    await first.leave();
    const sender = await Raw.login(own.ports.mqtt, { token: TOKENS.device });
    await sender.record(NOTE, "queued before");
    await user.rights("{ device_ids: [dev2], can: [view] }");
    await sender.record(NOTE, "after");
    await own.kill9();
    await own.restart();
    const again = await Raw.login(own.ports.mqtt, { token: TOKENS.device });
    await again.record(NOTE, "after the crash");
    await again.record("dtck-pub/my-product/dev2/NOTE", "for all");
    const back = await Raw.open(own.ports.mqtt);
    expect((await back.connect(wish)).sessionPresent).toBe(true);
    expect(await back.heard("for all")).toEqual(["dtck/my-product/dev2/NOTE for all"]);
    await own.remove();
  });
});
