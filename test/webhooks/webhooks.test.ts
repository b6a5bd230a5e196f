import { afterEach, describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { changeWebhook, pauseWebhook } from "../../src/fleet/edit/webhooks.ts";
import type { Draughtsman } from "../../src/fleet/plan-draft.ts";
import type { Webhook } from "../../src/fleet/types.ts";
import { until } from "../run/until.ts";
import { Endpoint, makeWorld, type World } from "./rig.ts";

const open: Endpoint[] = [];
function endpoint(): Endpoint {
  const made = new Endpoint();
  open.push(made);
  return made;
}
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
});
const got = (of: Endpoint, n: number) =>
  until(`${n} requests, of which there are ${of.got.length}`, () => of.got.length >= n);
const stateOf = (world: World, uid: number) => world.webhooks.status(uid)?.state;
const range = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

describe("a webhook", () => {
  test("is told of each measurement in the original's shape, signed by Standard Webhooks", async () => {
    const world = await makeWorld();
    const to = endpoint();
    const row = await world.hook(to.url, { headers: { "X-Secret": "mine" } });
    await world.commit([[1, 21]]);
    await got(to, 1);
    const [{ headers, body, id } = { headers: new Headers(), body: "", id: "" }] = to.got;
    expect(JSON.parse(body)).toEqual({
      id,
      type: "device_measurement",
      timestamp: "2026-03-01T12:00:00.000021Z",
      workspace: "home",
      data: {
        device: { id: "d1", name: "Device 1", serial: null, product: "pump", tags: [] },
        field: "T",
        value: 21,
        timestamp: 1_772_366_400.000021,
        unit: "°C",
      },
    });
    expect(headers.get("x-secret")).toBe("mine");
    expect(headers.get("content-type")).toBe("application/json");
    const key = Buffer.from(row.secret.slice("whsec_".length), "base64");
    const signed = createHmac("sha256", key).update(`${id}.${headers.get("webhook-timestamp")}.${body}`);
    expect(headers.get("webhook-signature")).toBe(`v1,${signed.digest("base64")}`);
  });

  test("keeps the order of each device, and sends several devices at a time", async () => {
    const world = await makeWorld();
    const to = endpoint();
    let flying = 0;
    let most = 0;
    const busy = new Map<string, boolean>();
    to.answer = async ({ body }) => {
      const { id } = (JSON.parse(body) as { data: { device: { id: string } } }).data.device;
      expect(busy.get(id) ?? false).toBe(false);
      busy.set(id, true);
      most = Math.max(most, ++flying);
      await new Promise((resolve) => setImmediate(resolve));
      flying--;
      busy.set(id, false);
      return new Response("ok");
    };
    await world.hook(to.url);
    for (let n = 0; n < 5; n++)
      await world.commit(range(8).flatMap((i) => [1, 2, 3, 4].map((d) => [d, n * 8 + i] as const)));
    await got(to, 160);
    for (const id of ["d1", "d2", "d3", "d4"])
      expect(to.values.filter(([device]) => device === id).map(([, value]) => value)).toEqual(range(40));
    expect(most).toBeGreaterThan(1);
  });

  test("hears of what its filter and its account's rights leave", async () => {
    const world = await makeWorld();
    const [tagged, doors, narrow] = [endpoint(), endpoint(), endpoint()];
    const none = { products: [], devices: [], tags: [], fields: [] };
    await world.hook(tagged.url, { filter: { ...none, tags: ["hall"] } });
    await world.hook(doors.url, { filter: { ...none, products: [2], fields: ["T"] } });
    await world.hook(narrow.url, { account: { user: null, apiUser: 1 } });
    await world.commit([1, 2, 3, 5].map((id) => [id, id] as const));
    await Promise.all([got(tagged, 1), got(doors, 1), got(narrow, 1)]);
    await world.commit([[1, 9]]);
    await got(narrow, 2);
    expect([tagged.values, doors.values, narrow.values]).toEqual([
      [["d2", 2]],
      [["d5", 5]],
      [
        ["d1", 1],
        ["d1", 9],
      ],
    ]);
  });

  test("stops when its account is gone, and says so", async () => {
    const world = await makeWorld();
    const to = endpoint();
    const row = await world.hook(to.url, { account: { user: null, apiUser: 1 } });
    await world.fleet.edit((draft) => void draft.drafts.push({ kind: "apiUser", op: "delete", uid: 1 }));
    await world.commit([[1, 1]]);
    await until("it is paused", () => stateOf(world, row.uid) === "paused");
    expect(world.webhooks.status(row.uid)?.reason).toContain("account");
    expect(to.got).toEqual([]);
  });
});

describe("an endpoint that fails", () => {
  test("gets the same request with the same id again, when it is time; others wait behind it; then all is well", async () => {
    const world = await makeWorld();
    const to = endpoint();
    to.answer = (_, n) => new Response("", { status: n < 3 ? 503 : 200 });
    const row = await world.hook(to.url);
    await world.commit([
      [1, 1],
      [1, 2],
    ]);
    await got(to, 1);
    await until("it fails", () => stateOf(world, row.uid) === "failing");
    await world.pass(4);
    expect(to.got).toHaveLength(1);
    await world.pass(1);
    await got(to, 2);
    await until("two failures", () => world.webhooks.status(row.uid)?.failures === 2);
    await world.pass(299);
    expect(to.got).toHaveLength(2);
    await world.pass(1);
    await got(to, 3);
    await until("three failures", () => world.webhooks.status(row.uid)?.failures === 3);
    await world.pass(1800);
    await got(to, 5);
    expect(to.values).toEqual([
      ["d1", 1],
      ["d1", 1],
      ["d1", 1],
      ["d1", 1],
      ["d1", 2],
    ]);
    expect(new Set(to.got.slice(0, 4).map(({ id }) => id)).size).toBe(1);
    await until("it is well", () => stateOf(world, row.uid) === "active");
    const calls = await world.webhooks.calls(row.uid, undefined, 10);
    expect(calls.map(({ status, tries }) => [status, tries])).toEqual([
      [200, 1],
      [200, 4],
      [503, 3],
      [503, 2],
      [503, 1],
    ]);
    expect(world.webhooks.status(row.uid)).toMatchObject({ calls: 5, failed: 3 });
  });

  test("that asks for time with Retry-After gets it", async () => {
    const world = await makeWorld();
    const to = endpoint();
    to.answer = (_, n) =>
      n === 0 ? new Response("", { status: 429, headers: { "Retry-After": "120" } }) : new Response("ok");
    const row = await world.hook(to.url);
    await world.commit([[1, 1]]);
    await until("it fails", () => stateOf(world, row.uid) === "failing");
    await world.pass(119);
    expect(to.got).toHaveLength(1);
    await world.pass(1);
    await got(to, 2);
  });

  test("is not followed elsewhere: 3xx is a failure, and the log says what to do", async () => {
    const world = await makeWorld();
    const [to, elsewhere] = [endpoint(), endpoint()];
    to.answer = () => new Response("", { status: 302, headers: { Location: elsewhere.url } });
    const row = await world.hook(to.url);
    await world.commit([[1, 1]]);
    await until("it fails", () => stateOf(world, row.uid) === "failing");
    expect(world.webhooks.status(row.uid)?.reason).toContain("redirects are not followed");
    expect(elsewhere.got).toEqual([]);
  });

  test("and wants nothing any more (410) is switched off: nothing is kept for it, and who looks is told", async () => {
    const world = await makeWorld();
    const to = endpoint();
    to.answer = () => new Response("", { status: 410 });
    const row = await world.hook(to.url);
    await world.commit([
      [1, 1],
      [2, 2],
    ]);
    await until("it is off", () => stateOf(world, row.uid) === "off");
    expect(world.directory.row("webhook", row.uid)).toMatchObject({ active: false });
    await until("the consumer is gone", () => [...world.consumers.lags()].length === 0);
    expect(world.events).toMatchObject([{ kind: "webhook", code: "off", workspace: 1 }]);
    const notices = (await world.webhooks.calls(row.uid, undefined, 10)).filter(({ request }) => request === null);
    expect(notices).toMatchObject([{ error: expect.stringContaining("It is switched off.") }]);
    // why is known for as long as it is off, and no reason to send nothing when it is on again
    expect(world.webhooks.status(row.uid)?.reason).toContain("answered 410");
    expect(world.directory.row("webhook", row.uid)?.paused).toMatchObject({ since: world.time.now, off: true });
    const edit = (change: (draft: Draughtsman, now: Webhook) => void) =>
      world.fleet.edit((draft) => {
        const now = world.directory.row("webhook", row.uid);
        if (now) change(draft, now);
      });
    await edit((draft, now) => pauseWebhook(draft, now, null));
    expect(world.webhooks.status(row.uid)).toMatchObject({ state: "off", reason: expect.stringContaining("410") });
    to.answer = () => new Response("ok");
    await edit((draft, now) => changeWebhook(draft, now, { active: true }));
    expect(world.webhooks.status(row.uid)).toMatchObject({ state: "active", reason: null });
    await world.commit([[1, 3]]);
    await until("it sends", () => to.values.some(([, value]) => value === 3));
  });

  test("by not answering is given up after a while, and tried again", async () => {
    const world = await makeWorld({ timeout: 50 });
    const to = endpoint();
    to.answer = (_, n) => (n === 0 ? new Promise<Response>(() => {}) : new Response("ok"));
    const row = await world.hook(to.url);
    await world.commit([[1, 1]]);
    await until("it fails", () => stateOf(world, row.uid) === "failing");
    expect(world.webhooks.status(row.uid)?.reason).toContain("in time");
    await world.pass(5);
    await got(to, 2);
  });

  test("for three days is paused with a notice; its request is a dead letter, what came meanwhile is kept, and goes when it is resumed", async () => {
    const world = await makeWorld();
    const to = endpoint();
    let works = false;
    to.answer = () => new Response("", { status: works ? 200 : 500 });
    const row = await world.hook(to.url);
    await world.commit([[1, 1]]);
    for (const [i, wait] of [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400].entries()) {
      await until(`failure ${i + 1}`, () => world.webhooks.status(row.uid)?.failures === i + 1);
      await world.pass(wait);
    }
    await until("it is paused", () => stateOf(world, row.uid) === "paused");
    expect(to.got).toHaveLength(10);
    await world.commit([
      [1, 2],
      [2, 3],
    ]);
    expect(world.events).toMatchObject([{ kind: "webhook", code: "paused" }]);
    expect(world.metrics.webhooks).toMatchObject({ failed: 10, dead_letters: 1 });
    const [letter] = await world.webhooks.deadLetters(row.uid, undefined, 10);
    expect(letter).toMatchObject({ tries: 10, events: 1, error: expect.stringContaining("500") });

    works = true;
    await world.fleet.edit((draft) => {
      const now = world.directory.row("webhook", row.uid);
      if (now) pauseWebhook(draft, now, null);
    });
    await got(to, 12);
    expect(new Set(to.values.slice(10).map(([id, value]) => `${id} ${value}`))).toEqual(new Set(["d1 2", "d2 3"]));
    expect(await world.webhooks.replay(row.uid, null)).toBe(1);
    await got(to, 13);
    expect(to.got[12]?.id).toBe(to.got[0]?.id);
    await until("no letter is left", () => world.webhooks.status(row.uid)?.deadLetters === 0);
    expect(await world.webhooks.deadLetters(row.uid, undefined, 10)).toEqual([]);
  });

  test("by refusing one request gets it three times; then that is a dead letter, and others go on", async () => {
    const world = await makeWorld();
    const to = endpoint();
    to.answer = ({ body }) => new Response("", { status: body.includes('"value":1,') ? 422 : 200 });
    const row = await world.hook(to.url);
    await world.commit([[1, 1]]);
    for (const [i, wait] of [5, 30].entries()) {
      await until("it was refused", () => world.webhooks.status(row.uid)?.failed === i + 1);
      await world.pass(wait);
    }
    await until("a letter", () => world.webhooks.status(row.uid)?.deadLetters === 1);
    await world.commit([[1, 2]]);
    await got(to, 4);
    await until("it is well", () => stateOf(world, row.uid) === "active");
    expect(await world.webhooks.discard(row.uid, null)).toBe(1);
  });

  test("for one device alone holds up that device, and is not asked again at once for it", async () => {
    const world = await makeWorld();
    const to = endpoint();
    to.answer = ({ body }) => new Response("", { status: body.includes('"id":"d1"') ? 500 : 200 });
    await world.hook(to.url);
    await world.commit([[1, 1]]);
    await until("it failed", () => world.metrics.webhooks.failed === 1);
    const ofDevice = (device: string) => to.values.filter(([id]) => id === device).map(([, value]) => value);
    for (let i = 1; i <= 20; i++) {
      await world.commit([[2, i]]);
      await until(`value ${i} of the other device`, async () => {
        if (ofDevice("d2").length >= i) return true;
        await world.pass(1);
        return false;
      });
    }
    expect(ofDevice("d2")).toEqual(range(20));
    expect(ofDevice("d1").length).toBeLessThan(6);
  });

  test("holds up nobody else", async () => {
    const world = await makeWorld();
    const [slow, fast] = [endpoint(), endpoint()];
    slow.answer = () => new Promise<Response>(() => {});
    await world.hook(slow.url);
    await world.hook(fast.url);
    for (let i = 1; i <= 50; i++) await world.commit([[1, i]]);
    await got(fast, 50);
    expect(fast.values.map(([, value]) => value)).toEqual(range(50));
    expect(slow.got).toHaveLength(1);
  });

  test("for long costs no memory: the log is its queue, and what that lets go of is told", async () => {
    const world = await makeWorld({ limits: { maxLagBytes: 20_000, maxLagAge: 1e15 } });
    const to = endpoint();
    to.answer = (_, n) => new Response("", { status: n === 0 ? 503 : 200 });
    const row = await world.hook(to.url);
    await world.commit([[1, 1]]);
    await until("it fails", () => stateOf(world, row.uid) === "failing");
    let read = 0;
    const readLog = world.store.readLog.bind(world.store);
    world.store.readLog = (...asked) => {
      read++;
      return readLog(...asked);
    };
    for (let n = 0; n < 50; n++) {
      await world.commit(range(200).map((i) => [1 + (i % 4), n * 200 + i] as const));
      world.time.now += 1e6;
      world.consumers.tick();
      world.consumers.floor(world.consumers.published);
    }
    // it asked for what it can hold, and for nothing since
    expect(read).toBeLessThan(10);
    await world.pass(10);
    await until("a gap is told", () => (world.webhooks.status(row.uid)?.dropped ?? 0) > 1000);
    await until("it caught up", () => world.webhooks.status(row.uid)?.lagRows === 0);
    const sent = new Set(to.got.map(({ id }) => id)).size;
    const { dropped = 0 } = world.webhooks.status(row.uid) ?? {};
    expect(sent + dropped).toBe(10_001);
    const calls = await world.webhooks.calls(row.uid, undefined, 1000);
    expect(calls.length).toBeLessThanOrEqual(100);
  }, 30_000);
});

describe("batches", () => {
  test("are of so many events at most, wait so long for others, and are the same again after a failure", async () => {
    const world = await makeWorld();
    const to = endpoint();
    to.answer = (_, n) => new Response("", { status: n === 1 ? 503 : 200 });
    await world.hook(to.url, { form: "ndjson", batchMax: 10, batchWait: 5 });
    await world.commit(range(12).map((i) => [1, i] as const));
    await got(to, 1);
    const linesOf = (n: number) =>
      (to.got[n]?.body ?? "")
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { data: { value: number } }).data.value);
    expect(linesOf(0)).toEqual(range(10));
    await world.pass(4);
    expect(to.got).toHaveLength(1);
    await world.pass(1);
    await got(to, 2);
    expect(linesOf(1)).toEqual([11, 12]);
    await world.commit([[1, 13]]);
    await until("it fails", () => stateOf(world, 100) === "failing");
    await world.pass(5);
    await got(to, 3);
    expect([linesOf(2), to.got[2]?.id]).toEqual([[11, 12], to.got[1]?.id]);
    await world.pass(5);
    await got(to, 4);
    expect(linesOf(3)).toEqual([13]);
  });

  test("of line protocol are what InfluxDB takes", async () => {
    const world = await makeWorld();
    const to = endpoint();
    await world.hook(`${to.url}?precision=ms`, {
      form: "influx",
      batchMax: 2,
      batchWait: 60,
      headers: { Authorization: "Token t" },
    });
    await world.commit([
      [1, 21],
      [5, 3],
    ]);
    await got(to, 1);
    expect(to.got[0]?.body).toBe(
      "fieldcast,product=pump,device=d1 T=21 1772366400000\nfieldcast,product=door,device=d5 T=3 1772366400000\n",
    );
    expect(to.got[0]?.headers.get("authorization")).toBe("Token t");
  });

  test("of a template have what it makes of them; what cannot be filled is never sent, and is a dead letter that says why", async () => {
    const world = await makeWorld();
    const to = endpoint();
    const template = '{"text": "{{ device.name }}: {{ value | round: 1 }} {{ unit }}"}';
    await world.hook(to.url, { form: "template", template, headers: { "X-Device": "{{ device.id }}" } });
    await world.commit([[1, 21]]);
    await got(to, 1);
    expect([to.got[0]?.body, to.got[0]?.headers.get("x-device")]).toEqual(['{"text": "Device 1: 21 °C"}', "d1"]);
    const bad = await world
      .hook(to.url, {
        form: "template",
        template: "{% if value > 100 %}{{ device.name | divided_by: 'x' | nothing }}{% endif %}",
      })
      .catch((e: unknown) => e);
    expect(String(bad)).toContain("nothing");
  });
});

describe("over a restart", () => {
  test("nothing is missed, and what was tried has the same id", async () => {
    const first = await makeWorld();
    const to = endpoint();
    to.answer = (_, n) => new Response("", { status: n === 0 || n > 1 ? 200 : 503 });
    const row = await first.hook(to.url);
    await first.commit(
      [
        [1, 1],
        [1, 2],
        [2, 3],
      ].map(([d = 0, v = 0]) => [d, v] as const),
    );
    await until("it fails", () => stateOf(first, row.uid) === "failing");
    await first.pass(1);
    const tried = to.got.map(({ id }) => id);
    // the process ends here: the store has what was committed
    const second = await makeWorld({ data: first.store.data, fleet: first.rows(), now: first.time.now });
    await until("it goes on failing", () => stateOf(second, row.uid) === "failing");
    await second.commit([[1, 4]]);
    await second.pass(10);
    await until(
      "it caught up",
      () => second.webhooks.status(row.uid)?.lagRows === 0 && stateOf(second, row.uid) === "active",
    );
    const values = new Set(to.values.map(([id, value]) => `${id} ${value}`));
    expect(values).toEqual(new Set(["d1 1", "d1 2", "d2 3", "d1 4"]));
    for (const id of tried) expect(to.got.filter((one) => one.id === id).length).toBeGreaterThan(0);
    // each event has one id, whichever life sent it
    expect(new Set(to.got.map(({ id }) => id)).size).toBe(4);
  });

  test("what is not in the feed waits for its endpoint, over a pause too, goes once it is there, and never again after that", async () => {
    const first = await makeWorld();
    const to = endpoint();
    let works = false;
    to.answer = () => new Response("", { status: works ? 200 : 503 });
    const row = await first.hook(to.url, { events: ["downlink", "decoder_output"] });
    const ids = () => to.got.map(({ id }) => id);
    const tell = (world: World, id: string, device: number | null = 1) =>
      world.webhooks.event("downlink", 1, () => ({
        ...{ id, type: "downlink", time: world.time.now, device },
        data: { downlink: { id } },
      }));
    // resolves when it is durable, whatever the endpoint says
    await tell(first, "a");
    await tell(first, "b", null);
    await until("it fails", () => stateOf(first, row.uid) === "failing");
    await first.fleet.edit((draft) => {
      const now = first.directory.row("webhook", row.uid);
      if (now) pauseWebhook(draft, now, "we rebuild");
    });
    await tell(first, "c");
    // the process is killed: the store has what was committed
    const next = (world: World) => makeWorld({ data: world.store.data, fleet: world.rows(), now: world.time.now });
    const second = await next(first);
    await tell(second, "d", 2);
    to.got.length = 0;
    works = true;
    await second.fleet.edit((draft) => {
      const now = second.directory.row("webhook", row.uid);
      if (now) pauseWebhook(draft, now, null);
    });
    await got(to, 4);
    expect(new Set(ids())).toEqual(new Set(["a", "b", "c", "d"]));
    expect(ids().indexOf("a")).toBeLessThan(ids().indexOf("c")); // one device, in order
    const status = () => second.webhooks.status(row.uid) ?? { calls: 0, failed: 0 };
    await until("their answers are heard", () => status().calls - status().failed === 4);
    await second.pass(1);

    const third = await next(second);
    await tell(third, "e");
    await got(to, 5);
    expect(ids().slice(4)).toEqual(["e"]);
  });

  test("so many events that are not in the feed wait at most; others are counted, and those of a webhook that is switched off are gone", async () => {
    const first = await makeWorld();
    const to = endpoint();
    to.answer = () => new Response("", { status: 503 });
    const row = await first.hook(to.url, { events: ["downlink"] });
    const event = (id: string) => () =>
      ({ id, type: "downlink", time: first.time.now, device: 1, data: { text: "x".repeat(600) } }) as const;
    for (const n of range(1100)) await first.webhooks.event("downlink", 1, event(`e${n}`));
    expect(first.webhooks.status(row.uid)?.dropped).toBe(100);
    await first.fleet.edit((draft) => {
      const now = first.directory.row("webhook", row.uid);
      if (now) changeWebhook(draft, now, { active: false });
    });
    await first.pass(1);
    const kept = await first.store.readJournal({ journal: `webhook:${row.uid}:waiting`, limit: 10 });
    expect(kept).toEqual([]);
  });
});

describe("devices that come and go", () => {
  test("are told once each; who was online at the beginning is no news; an endpoint that was away hears of the last state", async () => {
    const world = await makeWorld();
    const to = endpoint();
    await world.commit([[1, 1]]);
    const row = await world.hook(to.url, { events: ["device_online", "device_offline"] });
    await world.pass(1);
    await world.commit([[2, 1]]);
    await world.pass(1);
    // a device whose news is still out has none until the second after
    const toldOf = (n: number) =>
      until(`news ${n}`, async () => {
        if (to.got.length >= n) return true;
        await world.pass(1);
        return false;
      });
    await toldOf(1);
    const newsOf = (n: number) => {
      const { type, data } = JSON.parse(to.got[n]?.body ?? "{}") as { type: string; data: { device: { id: string } } };
      return `${data.device.id} ${type}`;
    };
    expect(newsOf(0)).toBe("d2 device_online");
    await world.pass(41 * 60);
    await toldOf(3);
    expect(new Set([newsOf(1), newsOf(2)])).toEqual(new Set(["d1 device_offline", "d2 device_offline"]));
    // away while d1 comes and goes again
    to.answer = (_, n) => new Response("", { status: n === 3 ? 503 : 200 });
    await world.commit([[1, 2]]);
    await world.pass(1);
    await until("it fails", () => stateOf(world, row.uid) === "failing");
    await world.pass(41 * 60);
    await world.commit([[2, 5]]);
    await world.pass(1);
    await world.pass(1);
    // it may have heard the news that it did not accept: so it hears that this is over
    await toldOf(6);
    expect(new Set([newsOf(4), newsOf(5)])).toEqual(new Set(["d2 device_online", "d1 device_offline"]));
  });

  test("are told of the last state, also when it changes while they are told", async () => {
    const world = await makeWorld();
    const to = endpoint();
    const waiting: (() => void)[] = [];
    to.answer = async () => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return new Response("ok");
    };
    await world.commit([[1, 1]]);
    await world.hook(to.url, { events: ["device_online", "device_offline"] });
    await world.pass(1);
    await world.pass(41 * 60);
    await got(to, 1);
    // it is heard again before the endpoint has answered that it knows it to be offline
    await world.commit([[1, 2]]);
    for (const answer of waiting.splice(0)) answer();
    await until("it was accepted", () => world.metrics.webhooks.accepted === 1);
    await world.pass(1);
    await got(to, 2);
    for (const answer of waiting.splice(0)) answer();
    expect(to.got.map(({ body }) => (JSON.parse(body) as { type: string }).type)).toEqual([
      "device_offline",
      "device_online",
    ]);
  });
});

describe("where it may not go", () => {
  test.each([
    "http://127.0.0.1:1/",
    "http://localhost/",
    "http://10.0.0.1/",
    "http://[::1]/",
    "http://169.254.169.254/latest/",
  ])("%s is refused in words, and not asked", async (url) => {
    const world = await makeWorld({ allow: [] });
    const row = await world.hook(url);
    await world.commit([[1, 1]]);
    await until("it fails", () => stateOf(world, row.uid) === "failing");
    expect(world.webhooks.status(row.uid)?.reason).toContain("--allow-outgoing");
  });
  test("a name that comes to mean this machine is refused, too: what it means is looked at for each request", async () => {
    const meanings = [["127.0.0.1"], ["10.0.0.1"]];
    const to = endpoint();
    const world = await makeWorld({ allow: ["127.0.0.1"], resolve: async () => meanings.shift() ?? [] });
    const row = await world.hook(to.url.replace("127.0.0.1", "rebinding.example"));
    await world.commit([[1, 1]]);
    await got(to, 1);
    await until("it was accepted", () => world.metrics.webhooks.accepted === 1);
    await world.commit([[1, 2]]);
    await until("it fails", () => stateOf(world, row.uid) === "failing");
    expect(world.webhooks.status(row.uid)?.reason).toContain("not on the public internet");
    expect(to.got).toHaveLength(1);
  });
});

test("a try-out sends a sample once, whatever its state, and shows the answer", async () => {
  const world = await makeWorld();
  const to = endpoint();
  to.answer = () => new Response("no, thanks", { status: 418 });
  const row = await world.hook(to.url, { active: false, headers: { "X-Secret": "mine" } });
  const done = await world.webhooks.test(row.uid, "device_online");
  expect(done).toMatchObject({ accepted: false, status: 418, answer: "no, thanks" });
  expect(done.request.headers["x-secret"]).toBe("…");
  expect(JSON.parse(to.got[0]?.body ?? "")).toMatchObject({ type: "device_online" });
});
