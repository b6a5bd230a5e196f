import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { account } from "../run/account.ts";
import { DEVICE, SERIAL, TOKENS } from "../run/fleet.ts";
import { payloadText, Raw } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";

const EVERYTHING = "dtck/+/+/+";
const OK = 0;
const SEEN = 0x87; // not_permitted: may be seen, not recorded
const HIDDEN = 0x90; // unknown: does not exist, or may not be seen

let server: TestServer;
/** Sees and records all of acme. */
let witness: Raw;
beforeAll(async () => {
  server = await startServer();
  witness = await Raw.login(server.ports.mqtt, { token: TOKENS.owner });
  await witness.subscribe(EVERYTHING);
});
afterAll(async () => {
  await witness.leave();
  await server.remove();
});

let counter = 0;
/** Records on devices and answers what `raw` heard of it, once all of it was fanned out. */
async function deliveries(raw: Raw, ...devices: string[]): Promise<string[]> {
  await raw.drain(); // what was retained
  const sent = devices.map((device) => [device, String(++counter)] as const);
  for (const [device, value] of sent) witness.publish(`dtck-pub/${device}/TEMPERATURE`, value);
  await witness.heard(String(counter)); // deliveries to others were written in the same turn
  const seen = (await raw.drain()).flatMap((p) => (p.type === "publish" ? [[p.topic, payloadText(p)] as const] : []));
  for (const [topic, value] of seen) {
    const device = topic.split("/").slice(1, 3).join("/");
    expect(sent.map(([d, v]) => `${d} ${v}`)).toContain(`${device} ${value}`);
  }
  return seen.map(([topic]) => topic.split("/").slice(1, 3).join("/"));
}

describe("8: each device permission, on publish, subscribe and delivery", () => {
  const D1 = "my-product/dev1";
  test.each([
    ["view", SEEN, true],
    ["record_only", OK, false],
    ["record_measurements", OK, true],
    ["edit_basics", SEEN, true],
    ["edit_product", SEEN, true],
    ["view, record_only", OK, true],
  ] as const)("8: %s", async (can, record, view) => {
    const user = await account(server, `only ${can}`, `{ device_ids: [dev1], can: [${can}] }`);
    const raw = await Raw.login(server.ports.mqtt, { token: user.token });
    expect(await raw.record(`dtck-pub/${D1}/TEMPERATURE`, "1")).toBe(record);
    expect(await raw.record("dtck-pub/my-product/dev1/NOPE", "1")).toBe(record === OK ? HIDDEN : SEEN);
    expect(await raw.record("dtck-pub/my-product/dev2/TEMPERATURE", "1")).toBe(HIDDEN);
    expect(await raw.record("dtck-pub/my-product/absent/TEMPERATURE", "1")).toBe(HIDDEN); // the same: nothing is told
    expect((await raw.subscribe(EVERYTHING)).reasonCodes).toEqual([view ? 0 : 0x87]);
    expect(await deliveries(raw, D1, "my-product/dev2", "kept/box1")).toEqual(view ? [D1] : []);
    expect((await server.http("/v1/devices/dev1/", user.token)).status).toBe(view ? 200 : 403);
    await raw.leave();
  });

  test("8: without any right nothing is recorded and no filter is granted", async () => {
    const raw = await Raw.login(server.ports.mqtt, { token: TOKENS.none });
    expect(await raw.record(`dtck-pub/${D1}/TEMPERATURE`, "1")).toBe(HIDDEN);
    const filters = [EVERYTHING, "dtck/#", `dtck/${D1}/TEMPERATURE`, "dtck/*/*/*"];
    expect((await raw.subscribe(filters)).reasonCodes).toEqual(filters.map(() => 0x87));
    // under these lies dtck-errors, which everyone may hear
    expect((await raw.subscribe(["#", "+/+/+/+"])).reasonCodes).toEqual([0, 0]);
    expect(await deliveries(raw, D1)).toEqual([]);
    await raw.leave();
  });
});

describe("8: each scope of a grant", () => {
  const ALL = ["my-product/dev1", "my-product/dev2", `my-product/${DEVICE}`, "kept/box1", "kept/box2"];
  test.each([
    ["all devices", "{ devices: all, can: [record_measurements] }", ALL],
    ["a product", "{ products: [kept], can: [record_measurements] }", ["kept/box1", "kept/box2"]],
    ["a tag", "{ tags: [plant-1], can: [record_measurements] }", [`my-product/${DEVICE}`, "kept/box1"]],
    ["one device", "{ device_ids: [dev2], can: [record_measurements] }", ["my-product/dev2"]],
    ["a range", '{ device_ids: ["dev{1..2}"], can: [record_measurements] }', ["my-product/dev1", "my-product/dev2"]],
    ["one of a product", "{ device_ids: [kept/box2], can: [record_measurements] }", ["kept/box2"]],
  ] as const)("8: %s", async (name, line, allowed) => {
    const user = await account(server, `scope ${name}`, line);
    const raw = await Raw.login(server.ports.mqtt, { token: user.token });
    await raw.subscribe(EVERYTHING);
    expect((await deliveries(raw, ...ALL, "other-product/gdev1")).sort()).toEqual([...allowed].sort());
    await raw.leave();
    const writer = await Raw.login(server.ports.mqtt, { token: user.token });
    for (const device of ALL) {
      const wanted = (allowed as readonly string[]).includes(device) ? OK : HIDDEN;
      expect(await writer.record(`dtck-pub/${device}/TEMPERATURE`, "0")).toBe(wanted);
    }
    await writer.leave();
    await witness.drain();
  });

  test("8: a serial opens no door that the id does not", async () => {
    const user = await account(server, "by serial", "{ device_ids: [dev2], can: [record_measurements] }");
    const raw = await Raw.login(server.ports.mqtt, { token: user.token });
    expect(await raw.record(`dtck-pub/my-product/${SERIAL}/TEMPERATURE`, "1")).toBe(HIDDEN);
    await user.rights("{ tags: [plant-1], can: [record_measurements] }");
    expect(await raw.record(`dtck-pub/my-product/${SERIAL}/TEMPERATURE`, "1")).toBe(OK);
    await raw.leave();
    await witness.drain();
  });
  test("8: workspace and instance permissions open no device", async () => {
    const every = "[basics, members, devices, integrations, rules, dashboards, exports]";
    const user = await account(server, "office", `{ workspace: ${every} }`, "{ instance: [operate] }");
    const raw = await Raw.login(server.ports.mqtt, { token: user.token });
    expect(await raw.record("dtck-pub/my-product/dev1/TEMPERATURE", "1")).toBe(HIDDEN);
    expect((await raw.subscribe(EVERYTHING)).reasonCodes).toEqual([0x87]);
    await raw.leave();
  });
});

describe("8: roles of people are bundles of the same permissions", () => {
  test.each([
    ["owner", OK],
    ["admin", OK],
    ["member", OK],
    ["observer", SEEN],
  ] as const)("8: %s", async (role, record) => {
    const token = `${"bcdef0123456789a".repeat(3).slice(0, 38)}${["owner", "admin", "member", "observer"].indexOf(role)}0`;
    const person = (slug: string) =>
      server.apply(`users: [{ email: ${role}@acme.example, token: ${token}, workspaces: { ${slug}: ${role} } }]`);
    await person("acme");
    const raw = await Raw.login(server.ports.mqtt, { token });
    await raw.subscribe(EVERYTHING);
    expect(await deliveries(raw, "my-product/dev1", "other-product/gdev1")).toEqual(["my-product/dev1"]);
    await raw.leave();
    const writer = await Raw.login(server.ports.mqtt, { token });
    expect(await writer.record("dtck-pub/my-product/dev1/TEMPERATURE", "1")).toBe(record);
    expect(await writer.record("dtck-pub/other-product/gdev1/TEMPERATURE", "1")).toBe(HIDDEN);
    await writer.subscribe("dtck/other-product/+/+");
    await person("globex"); // a further workspace, at once
    expect(await writer.record("dtck-pub/other-product/gdev1/TEMPERATURE", "1")).toBe(record);
    await writer.drain();
    await witness.drain();
    expect(await deliveries(writer, "other-product/gdev1")).toEqual(["other-product/gdev1"]);
    await writer.leave();
  });
});

describe("8: operate", () => {
  test("8: $SYS is for those who may operate; the figures come at once", async () => {
    const operator = await Raw.login(server.ports.mqtt, { token: TOKENS.operator });
    expect((await operator.subscribe("$SYS/#")).reasonCodes).toEqual([0]);
    const first = await operator.expect("publish");
    expect(first.topic).toStartWith("$SYS/");
    await operator.leave();
    for (const token of [TOKENS.device, TOKENS.none, TOKENS.owner]) {
      const raw = await Raw.login(server.ports.mqtt, { token });
      expect((await raw.subscribe(["$SYS/#", "$SYS/broker/version"])).reasonCodes).toEqual([0x87, 0x87]);
      await raw.leave();
    }
  });
  test("8: who loses operate hears no figures any more", async () => {
    const user = await account(server, "was operator", "{ instance: [operate] }", "{ devices: all, can: [view] }");
    const raw = await Raw.login(server.ports.mqtt, { token: user.token });
    await raw.subscribe(["$SYS/#", EVERYTHING]);
    await raw.drain();
    await user.rights("{ devices: all, can: [view] }");
    await raw.drain();
    expect(await deliveries(raw, "my-product/dev1")).toEqual(["my-product/dev1"]);
    expect((await raw.subscribe("$SYS/#")).reasonCodes).toEqual([0x87]);
    await raw.leave();
  });
});

describe("8: changes are obeyed at once", () => {
  test("8: a filter that was granted hears more when rights come, less when they go", async () => {
    const user = await account(server, "growing", "{ device_ids: [dev1], can: [view] }");
    const raw = await Raw.login(server.ports.mqtt, { token: user.token });
    await raw.subscribe(EVERYTHING);
    const some = ["my-product/dev1", "my-product/dev2", "kept/box2"];
    expect(await deliveries(raw, ...some)).toEqual(["my-product/dev1"]);
    await user.rights("{ products: [my-product], can: [view] }");
    expect((await deliveries(raw, ...some)).sort()).toEqual(["my-product/dev1", "my-product/dev2"]);
    await user.rights("{ devices: all, can: [view] }");
    expect((await deliveries(raw, ...some)).sort()).toEqual(["kept/box2", "my-product/dev1", "my-product/dev2"]);
    await user.rights("{ products: [kept], can: [view] }");
    expect(await deliveries(raw, ...some)).toEqual(["kept/box2"]);
    await user.rights();
    expect(await deliveries(raw, ...some)).toEqual([]);
    await raw.leave();
  });

  test("8: a device that comes later, and one that gets or loses a tag", async () => {
    const user = await account(server, "by tag", "{ tags: [roof], can: [record_measurements] }");
    const raw = await Raw.login(server.ports.mqtt, { token: user.token });
    expect((await raw.subscribe("dtck/my-product/later/+")).reasonCodes).toEqual([0]); // does not exist yet
    const device = (tags: string) =>
      server.apply(
        `workspaces: [{ slug: acme, products: [{ slug: my-product, devices: [{ id: later, tags: [${tags}] }] }] }]`,
      );
    await device("roof");
    expect(await deliveries(raw, "my-product/later")).toEqual(["my-product/later"]);
    expect(await raw.record("dtck-pub/my-product/later/TEMPERATURE", "0.5")).toBe(OK);
    await device("");
    await raw.drain();
    await witness.drain();
    expect(await deliveries(raw, "my-product/later")).toEqual([]);
    expect(await raw.record("dtck-pub/my-product/later/TEMPERATURE", "1")).toBe(HIDDEN);
    await device("roof");
    expect(await deliveries(raw, "my-product/later")).toEqual(["my-product/later"]);
    const run = await server.cli("device", "delete", "my-product", "later", "--yes");
    expect(run.code).toBe(0);
    expect(await raw.record("dtck-pub/my-product/later/TEMPERATURE", "1")).toBe(HIDDEN);
    await raw.leave();
  });

  test("8: what is queued for an absent client and no longer readable is dropped, the rest is delivered", async () => {
    const user = await account(server, "absent", "{ products: [my-product], can: [view] }");
    const at = {
      token: user.token,
      clientId: "absent",
      cleanStart: false,
      properties: { sessionExpiryInterval: 3600 },
    };
    const first = await Raw.login(server.ports.mqtt, at);
    await first.subscribe("dtck/my-product/+/NOTE", 2);
    await first.leave();
    for (const [device, text] of [
      ["dev1", "one"],
      ["dev2", "two"],
      ["dev1", "three"],
      ["dev3", "four"],
    ] as const)
      witness.publish(`dtck-pub/my-product/${device}/NOTE`, text);
    await witness.heard("four");
    await user.rights("{ device_ids: [dev2], can: [view] }", "{ device_ids: [dev3], can: [view] }");
    const again = await Raw.open(server.ports.mqtt);
    expect((await again.connect(at)).sessionPresent).toBe(true);
    const heard: string[] = [];
    while (heard.length < 2) {
      const packet = await again.next();
      if (packet.type === "publish") heard.push(payloadText(packet));
      const packetId = ("packetId" in packet ? packet.packetId : 0) ?? 0;
      again.send({ type: packet.type === "publish" ? "pubrec" : "pubcomp", packetId, reasonCode: 0 });
    }
    expect(heard).toEqual(["two", "four"]);
    expect((await again.drain()).filter((packet) => packet.type === "publish")).toEqual([]);
    await again.leave();
  });

  test("8: values retained for a product are sent only where they may be read", async () => {
    await server.apply("workspaces: [{ slug: acme, products: [{ slug: kept, devices: [{ id: box3 }] }] }]");
    for (const box of ["box1", "box2", "box3"]) witness.publish(`dtck-pub/kept/${box}/DOOR`, "on");
    for (let i = 0; i < 3; i++) await witness.expect("publish");
    const user = await account(server, "late reader", "{ device_ids: [box2], can: [view] }");
    const raw = await Raw.login(server.ports.mqtt, { token: user.token });
    await raw.subscribe("dtck/kept/+/DOOR");
    const seen = await raw.drain();
    expect(seen.map((p) => p.type === "publish" && p.topic)).toEqual(["dtck/kept/box2/DOOR"]);
    await raw.leave();
  });
});

describe("8: subscriptions are refused by the scope of rights, never by what exists", () => {
  test.each([
    [TOKENS.viewer, "dtck/my-product/not-yet/+", 0],
    [TOKENS.viewer, "dtck/other-product/+/+", 0x87],
    [TOKENS.viewer, "dtck/no-such-product/+/+", 0x87],
    [TOKENS.viewer, "dtck/+/gdev1/+", 0],
    [TOKENS.device, "dtck/no-such-product/+/+", 0],
    [TOKENS.scoped, "dtck/my-product/dev7/+", 0],
    [TOKENS.scoped, "dtck/my-product/dev9/+", 0x87],
    [TOKENS.scoped, "dtck/#", 0],
    [TOKENS.recorder, "dtck/#", 0x87],
    [TOKENS.none, "dtck-errors/#", 0],
    [TOKENS.device, "dtck-pub/my-product/dev1/+", 0x87],
    [TOKENS.device, "other/#", 0x87],
  ] as const)("8: %s %s", async (token, filter, code) => {
    const codes = { 5: code, 4: code === 0 ? 0 : 0x80, 3: 0 } as const; // 3.1 has no refusal
    for (const version of [5, 4, 3] as const) {
      const raw = await Raw.login(server.ports.mqtt, { token, version });
      const suback = await raw.subscribe(filter);
      expect(suback.reasonCodes).toEqual([codes[version]]);
      if (version === 5 && code !== 0) expect(suback.properties?.reasonString).toMatch(/./);
      await raw.leave();
    }
  });
  test("8: in MQTT 3.1 a filter that is refused is granted and hears nothing; the log says why", async () => {
    const raw = await Raw.login(server.ports.mqtt, { token: TOKENS.none, version: 3, clientId: "old one" });
    expect((await raw.subscribe("dtck/my-product/+/+")).reasonCodes).toEqual([0]);
    expect(await deliveries(raw, "my-product/dev1")).toEqual([]);
    expect(server.log()).toMatch(/"client":"old one".*refused a subscription/);
    await raw.leave();
  });
});
