import { describe, expect, test } from "bun:test";
import type { RuleAction } from "../../fleet/types.ts";
import { MemoryData } from "../../store/memory/data.ts";
import { happening, makeAlerts, RULE, START } from "./alerts.testing.ts";

const on = ["fired", "repeated", "cleared"] as const;
const EMAIL: RuleAction = {
  type: "email",
  on,
  to: ["ada@example.com"],
  subject: "{{ rule }}",
  text: "{{ event }} {{ text }}",
  digest: 0,
};
const WEBHOOK: RuleAction = {
  type: "webhook",
  on,
  url: "https://hook.example/x?k=1",
  headers: {},
  body: null,
  secret: null,
};
const FIELD: RuleAction = {
  type: "field",
  on,
  device: null,
  field: "DOOR",
  value: "{{ value | at_least: 1 | round }}",
};
const MESSAGE: RuleAction = {
  type: "message",
  on,
  topic: "alarm/{{ device.id }}",
  payload: "{{ value }}",
  retain: true,
};
const NOTIFICATION: RuleAction = { type: "notification", on, text: "{{ text }}" };
const withActions = (...actions: RuleAction[]) => [{ ...RULE, actions }];
const ADA = { key: "u:1", name: "ada@example.com" };

describe("the life of an alert", () => {
  test("it is opened, acknowledged, fired again, closed by the rule; each with the values that caused it", async () => {
    const { alerts, settle, time } = await makeAlerts();
    const told: string[] = [];
    alerts.book.onChange((alert) => void told.push(`${alert.id} ${alert.state} ${alert.count}`));
    alerts.take([happening()]);
    await settle();
    const [opened] = [...alerts.book.all()];
    expect(opened).toMatchObject({
      id: 1,
      rule: 7,
      device: 1,
      severity: "warning",
      state: "open",
      text: "Device 1: 30 °C",
    });
    time.now += 5_000_000;
    const mine = await alerts.acknowledge(1, ADA, "on my way");
    expect(mine).toMatchObject({ state: "acknowledged", acknowledged: { ...ADA, time: START + 5_000_000 } });
    const values = [{ field: "T", value: 40, time: START + 9, unit: "°C" }];
    alerts.take([happening({ kind: "repeated", time: START + 9, values })]);
    alerts.take([happening({ kind: "cleared", time: START + 10 })]);
    await settle();
    expect([...alerts.book.all()]).toEqual([]);
    expect(await alerts.book.find(1)).toMatchObject({
      state: "closed",
      count: 2,
      values: [{ value: 30.04 }],
      latest: [{ value: 40 }],
      steps: [
        { what: "opened", by: null },
        { what: "acknowledged", by: ADA, note: "on my way" },
        { what: "closed", by: null, note: null },
      ],
    });
    expect(told).toEqual(["1 open 1", "1 acknowledged 1", "1 acknowledged 2", "1 closed 2"]);
    // closed ones do not change any more
    expect(await alerts.acknowledge(1, ADA, null)).toMatchObject({ state: "closed" });
    expect(await alerts.acknowledge(99, ADA, null)).toBeNull();
  });

  test("one that does not close by itself is opened anew by the next firing, and closed by hand", async () => {
    const { alerts, settle } = await makeAlerts({
      rules: [{ ...RULE, alert: { severity: "info", text: "x", closes: false } }],
    });
    alerts.take([happening()]);
    await settle();
    await alerts.acknowledge(1, ADA, null);
    alerts.take([happening({ kind: "cleared" }), happening({ time: START + 5 })]);
    await settle();
    expect(await alerts.book.find(1)).toMatchObject({ state: "open", count: 2, acknowledged: null, fired: START + 5 });
    expect(await alerts.close(1, ADA, "mended")).toMatchObject({ state: "closed" });
    alerts.take([happening()]);
    await settle();
    expect([...alerts.book.all()].map(({ id }) => id)).toEqual([2]);
  });

  test("a rule and a device have one alert, each device its own; a rule without alerts opens none", async () => {
    const { alerts, settle } = await makeAlerts({ rules: [RULE, { ...RULE, uid: 8, alert: null }] });
    alerts.take([happening(), happening(), happening({ device: 2 }), happening({ rule: 8 }), happening({ device: 0 })]);
    await settle();
    expect([...alerts.book.all()].map(({ device, count }) => [device, count])).toEqual([
      [1, 2],
      [2, 1],
      [0, 1],
    ]);
  });

  test("devices and rules that are gone: their alerts and what was to be done go; what happened to them is dropped", async () => {
    const { alerts, settle, directory, state, store, operation } = await makeAlerts({
      rules: [...withActions(WEBHOOK), { ...RULE, uid: 8 }],
    });
    state.answer = { status: 500 };
    alerts.take([happening(), happening({ device: 2 }), happening({ rule: 8, device: 3 })]);
    await settle();
    expect(alerts.book.active(7, 1)).not.toBeNull();
    directory.onChange((changes) => {
      for (const op of alerts.follow(changes)) operation(op);
    });
    directory.apply([{ kind: "device", op: "delete", uid: 1 }]);
    alerts.take([happening({ device: 1 }), happening({ rule: 99 })]);
    await settle();
    expect((await store.readAlerts({ limit: 10 })).map(({ device }) => device)).toEqual([3, 2]);
    expect((await store.readTasks(0, 10)).map(({ body }) => JSON.parse(body).happening.device)).toEqual([2]);
  });

  test("after a restart all goes on: alerts that are open, numbers, and what was to be done", async () => {
    const data = new MemoryData();
    const before = await makeAlerts({ data, rules: withActions(EMAIL) });
    before.state.mailFails = new Error("no route");
    before.alerts.take([happening(), happening({ device: 2 })]);
    await before.settle();
    await before.alerts.close(2, ADA, null);
    await before.alerts.stop();
    const after = await makeAlerts({ data, rules: withActions(EMAIL) });
    await after.settle();
    expect(after.state.mails.map(({ id }) => id.replace(/-[^-]*$/, ""))).toEqual(["rule-7-1", "rule-7-2"]);
    expect([...after.alerts.book.all()].map(({ id, device }) => [id, device])).toEqual([[1, 1]]);
    after.alerts.take([happening({ device: 3 })]);
    await after.settle();
    expect([...after.alerts.book.all()].map(({ id }) => id)).toEqual([1, 3]);
    expect(await after.store.readTasks(0, 10)).toEqual([]);
  });

  test("what a kill left of a rule and of a device that are gone goes at the next start", async () => {
    const data = new MemoryData();
    const before = await makeAlerts({ data, rules: [RULE, { ...RULE, uid: 8 }] });
    before.alerts.take([happening(), happening({ rule: 8, device: 2 }), happening({ rule: 8, device: 3 })]);
    await before.settle();
    const after = await makeAlerts({ data, gone: [3] });
    await after.alerts.close(1, ADA, null);
    await after.settle();
    expect([...after.alerts.book.all()]).toEqual([]);
    expect(await after.alerts.book.find(2)).toMatchObject({
      state: "closed",
      steps: [{}, { note: "The rule was deleted." }],
    });
    expect(await after.alerts.book.find(3)).toBeNull();
  });

  test("a template that cannot be filled never becomes half a text", async () => {
    const alert = { severity: "critical", text: "half {{ values.CO2 }}", closes: true } as const;
    const { alerts, settle, state } = await makeAlerts({ rules: [{ ...RULE, alert }] });
    alerts.take([happening()]);
    await settle();
    expect(alerts.book.active(7, 1)).toMatchObject({ text: "Too hot", severity: "critical" });
    expect(state.notes).toMatchObject([
      { rule: 7, device: 1, what: "action_failed", text: expect.stringContaining("CO2") },
    ]);
  });

  test("closed ones are kept for a time", async () => {
    const { alerts, settle, store, pass } = await makeAlerts();
    alerts.take([happening(), happening({ kind: "cleared" }), happening({ device: 2 })]);
    await settle();
    for (let i = 0; i < 601; i++) alerts.tick();
    await alerts.close(99, ADA, null);
    await pass(31 * 24 * 3600);
    for (let i = 0; i < 601; i++) alerts.tick();
    await alerts.acknowledge(2, ADA, null);
    expect((await store.readAlerts({ limit: 10 })).map(({ id }) => id)).toEqual([2]);
  });
});

describe("actions", () => {
  test("one of each: what it does, and that it was done, are told in the log of the rule", async () => {
    const downlink: RuleAction = {
      type: "downlink",
      on,
      device: 3,
      downlink: "reset",
      values: { N: "{{ value | floor }}", S: "a{{ value }}" },
    };
    const { alerts, settle, state, directory, metrics, store } = await makeAlerts({
      rules: withActions(EMAIL, WEBHOOK, FIELD, MESSAGE, NOTIFICATION, downlink),
    });
    directory.apply([
      {
        kind: "downlink",
        op: "put",
        row: {
          uid: 1,
          product: 1,
          name: "reset",
          sentBy: "fields",
          hex: "01",
          port: 1,
          confirmed: true,
          replace: false,
          fields: [],
          triggers: [],
          active: true,
          wait: 60,
        },
      } as never, // as far as it is looked at
    ]);
    const heard: unknown[] = [];
    alerts.notifications.watch((one) => void heard.push(one.text));
    alerts.take([happening({ depth: 2 })]);
    await settle();
    expect(state.mails).toEqual([
      {
        to: ["ada@example.com"],
        subject: "Too hot",
        text: "fired Device 1: 30 °C\n",
        id: expect.stringMatching(/^rule-7-1-/),
      },
    ]);
    const [request] = state.requests;
    expect(JSON.parse(request?.body ?? "")).toMatchObject({
      ...{
        event: "fired",
        rule: "Too hot",
        workspace: "home",
        severity: "warning",
        alert: 1,
        value: 30.04,
        unit: "°C",
      },
      device: { id: "d1", name: "Device 1", product: "pump", url: "https://cloud.example/pump/d1" },
      values: { T: 30.04 },
      time: "2026-03-01T12:00:00Z",
    });
    expect(state.written).toEqual([["d1", "DOOR", "30", 3]]);
    expect(state.published).toEqual([["alarm/d1", "30.04", true]]);
    expect(state.queued).toMatchObject([
      { name: "reset", by: "u:1", content: { values: { N: 30, S: "a30.04" } }, confirmed: true, wait: 60 },
    ]);
    expect(heard).toEqual(["Device 1: 30 °C"]);
    expect(await alerts.notifications.list(1, undefined, 10)).toMatchObject([
      { id: 5, rule: 7, device: 1, severity: "warning" },
    ]);
    expect(state.notes.map(({ what }) => what)).toEqual(Array(6).fill("action"));
    expect(metrics.alerts.actions).toEqual({ done: 6, failed: 0, given_up: 0 });
    expect(await store.readTasks(0, 10)).toEqual([]);
  });

  test("what is written here and that it was done are in one commit", async () => {
    const { alerts, settle, state } = await makeAlerts({ rules: withActions(NOTIFICATION, FIELD) });
    alerts.take([happening()]);
    await settle();
    const [taken, ...done] = state.commits.map((ops) => ops.map(({ op }) => op));
    expect(taken).toEqual(["alerts_put", "tasks_put", "journal_delete", "journal_put"]);
    expect(done).toEqual([["journal_put", "tasks_delete"], ["tasks_delete"]]);
  });

  test("each is done only on what it says; not while the rule is quiet, or was changed", async () => {
    const { alerts, settle, state } = await makeAlerts({
      rules: withActions({ ...EMAIL, on: ["fired"] }, { ...MESSAGE, on: ["cleared"] }),
    });
    alerts.take([happening({ quiet: "limit" }), happening({ kind: "cleared", reason: "changed" })]);
    await settle();
    expect([state.mails.length, state.published.length]).toEqual([0, 0]);
    expect(await alerts.book.find(1)).toMatchObject({ steps: [{}, { what: "closed", note: "The rule was changed." }] });
    alerts.take([happening(), happening({ kind: "repeated" }), happening({ kind: "cleared" })]);
    await settle();
    expect([state.mails.length, state.published.length]).toEqual([1, 1]);
  });

  test("who looks after an alert, or has closed it, is not told again while the rule is true", async () => {
    const { alerts, settle, state } = await makeAlerts({ rules: withActions(EMAIL) });
    alerts.take([happening(), happening({ kind: "repeated" })]);
    await settle();
    await alerts.acknowledge(1, ADA, null);
    alerts.take([happening({ kind: "repeated" })]);
    await settle();
    expect(state.mails).toHaveLength(2);
    await alerts.close(1, ADA, null);
    alerts.take([happening({ kind: "repeated" })]);
    await settle();
    expect(state.mails).toHaveLength(2);
    alerts.take([happening({ kind: "cleared" }), happening()]);
    await settle();
    expect(state.mails.map(({ text }) => text.split(" ")[0])).toEqual(["fired", "repeated", "cleared", "fired"]);
  });

  test("a digest gathers what happens to many devices into one mail", async () => {
    const { alerts, settle, state, pass } = await makeAlerts({ rules: withActions({ ...EMAIL, digest: 60 }) });
    alerts.take([happening(), happening({ device: 2 })]);
    await settle();
    await pass(59);
    alerts.take([happening({ device: 3 })]);
    await settle();
    expect(state.mails).toEqual([]);
    await pass(2);
    expect(state.mails).toMatchObject([
      {
        subject: "Too hot (and 2 more)",
        text: "fired Device 1: 30 °C\n\nfired Device 2: 30 °C\n\nfired Device 3: 30 °C\n",
      },
    ]);
    alerts.take([happening({ device: 2, kind: "cleared" })]);
    await settle();
    await pass(61);
    expect(state.mails).toHaveLength(2);
    expect(state.mails[1]).toMatchObject({ subject: "Too hot", text: "cleared Device 2: 30 °C\n" });
  });
  test("a subject that counts says itself how many", async () => {
    const subject = "{{ count }} devices: {{ devices | map: 'id' | join: ' ' }}";
    const { alerts, pass, settle, state } = await makeAlerts({ rules: withActions({ ...EMAIL, subject, digest: 5 }) });
    alerts.take([happening(), happening({ device: 2 })]);
    await settle();
    await pass(6);
    expect(state.mails).toMatchObject([{ subject: "2 devices: d1 d2" }]);
  });

  test("what fails is tried again with the same id, in order, and given up with words", async () => {
    const { alerts, pass, settle, state, metrics, store } = await makeAlerts({ rules: withActions(EMAIL, WEBHOOK) });
    state.mailFails = new Error("connect ECONNREFUSED");
    state.answer = { status: 503 };
    alerts.take([happening(), happening({ device: 2 })]);
    await settle();
    expect(state.requests).toHaveLength(1);
    await pass(6);
    expect(state.requests).toHaveLength(2);
    state.answer = { status: 200 };
    await pass(60);
    expect(state.requests.map(({ headers }) => headers["webhook-id"]?.split("-")[2])).toEqual(["2", "2", "2", "4"]);
    for (let i = 0; i < 60; i++) await pass(3700);
    expect(metrics.alerts.actions.given_up).toBe(2);
    const last = state.notes.filter(({ text }) => text.includes("given up"));
    expect(last.map(({ text }) => text)).toEqual(
      Array(2).fill(
        "email (action 1): The mail server did not take the mail: connect ECONNREFUSED. It is given up after 9 tries.",
      ),
    );
    expect(await store.readTasks(0, 10)).toEqual([]);
  });
  test("what is refused by its content is given up soon; an answer may ask to wait", async () => {
    const { alerts, pass, settle, state } = await makeAlerts({ rules: withActions(WEBHOOK) });
    state.answer = { status: 422 };
    alerts.take([happening()]);
    await settle();
    await pass(6);
    await pass(40);
    expect([state.requests.length, state.notes.at(-1)?.text]).toEqual([
      3,
      expect.stringContaining("given up after 3 tries"),
    ]);
    state.answer = { status: 429, headers: { "Retry-After": "600" } };
    alerts.take([happening()]);
    await settle();
    await pass(599);
    expect(state.requests).toHaveLength(4);
    await pass(2);
    expect(state.requests).toHaveLength(5);
  });

  test.each<[string, RuleAction, string]>([
    ["a template", { ...EMAIL, text: "half {{ values.CO2 }}" }, "cannot be filled, and nothing was sent"],
    [
      "a header's template",
      { ...WEBHOOK, headers: { A: "{{ values.CO2 }}" } },
      "cannot be filled, and nothing was sent",
    ],
    ["a device that is gone", { ...FIELD, device: 99 }, "The device that it names is gone."],
    [
      "a downlink that there is not",
      { type: "downlink", on, device: null, downlink: "x", values: {} },
      "pump has no downlink x.",
    ],
  ])("%s that is wrong: nothing goes out, at once and for good", async (_, action, text) => {
    const { alerts, settle, state, store } = await makeAlerts({ rules: withActions(action) });
    alerts.take([happening()]);
    await settle();
    expect([state.mails, state.requests, state.written, state.queued]).toEqual([[], [], [], []]);
    expect(state.notes).toMatchObject([{ what: "action_failed", text: expect.stringContaining(text) }]);
    expect(await store.readTasks(0, 10)).toEqual([]);
  });

  test("it has the rights of the account of its rule, as they are at that moment", async () => {
    const narrow = { user: null, apiUser: 1 };
    const { alerts, settle, state, directory } = await makeAlerts({
      rules: [{ ...RULE, account: narrow, actions: [EMAIL, FIELD] }],
    });
    alerts.take([happening({ device: 1 }), happening({ device: 2 })]);
    await settle();
    expect(state.mails).toHaveLength(1);
    expect(state.written).toEqual([]);
    expect(state.notes.map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        expect.stringContaining("pump/d1 DOOR was not written: not allowed"),
        expect.stringContaining("may not see the device"),
      ]),
    );
    directory.apply([{ kind: "apiUser", op: "delete", uid: 1 }]);
    alerts.take([happening({ device: 1 })]);
    await settle();
    expect(state.mails).toHaveLength(1);
    expect(state.notes.at(-1)?.text).toContain("The account whose rights the rule has is gone");
  });

  test("however many requests to a host are not answered, other hosts, mails and what is done here wait for none of them", async () => {
    const deaf = Array.from({ length: 40 }, (_, i) => ({ ...RULE, uid: 100 + i, alert: null, actions: [WEBHOOK] }));
    const elsewhere = { ...RULE, uid: 99, alert: null, actions: [{ ...WEBHOOK, url: "https://other.example/y" }] };
    const { alerts, settle, state } = await makeAlerts({ rules: [...deaf, elsewhere, ...withActions(FIELD, EMAIL)] });
    state.answer = null;
    alerts.take(deaf.map(({ uid }) => happening({ rule: uid })));
    await settle();
    expect(state.requests).toHaveLength(4);
    alerts.take([happening(), happening({ rule: 99 })]);
    await settle();
    expect([state.written.length, state.mails.length, state.requests.length]).toEqual([1, 1, 5]);
    expect(state.requests.at(-1)?.url).toBe("https://other.example/y");
  });

  test("the log of the server says that an action is given up, once until it works again", async () => {
    const { alerts, settle, state } = await makeAlerts({ rules: withActions(FIELD) });
    const said = () => state.logged.filter((text) => text === "an action of a rule is given up").length;
    state.whyNot = "not now";
    alerts.take([happening(), happening({ device: 2 })]);
    await settle();
    expect([state.notes.length, said()]).toEqual([2, 1]);
    state.whyNot = null;
    alerts.take([happening()]);
    await settle();
    state.whyNot = "not now";
    alerts.take([happening()]);
    await settle();
    expect([state.written.length, said()]).toEqual([1, 2]);
  });

  test("who left the workspace acts in it no more, also where no device is looked at", async () => {
    const message: RuleAction = { type: "message", on, topic: "a", payload: "x", retain: false };
    const { alerts, settle, state, directory } = await makeAlerts({ rules: withActions(EMAIL, message) });
    directory.apply([
      { kind: "workspace", op: "put", row: { uid: 2, slug: "away", name: "" } },
      { kind: "membership", op: "put", row: { uid: 1, user: 1, workspace: 2, role: "owner" } },
    ]);
    alerts.take([happening({ device: 0 })]);
    await settle();
    expect([state.mails, state.published]).toEqual([[], []]);
    expect(state.notes.slice(-2).map(({ text }) => text)).toEqual(
      Array(2).fill(expect.stringContaining("no member of the workspace any more: give it another")),
    );
  });

  test("while the store takes nothing, nothing is done twice, and all of it is done later", async () => {
    const { alerts, settle, state, pass, store } = await makeAlerts({ rules: withActions(FIELD) });
    state.failing = true;
    alerts.take([happening()]);
    await settle();
    expect([...alerts.book.all()]).toEqual([]);
    state.failing = false;
    await pass(2);
    await pass(2);
    expect(state.written).toHaveLength(1);
    expect(alerts.book.active(7, 1)).toMatchObject({ count: 1 });
    expect(await store.readTasks(0, 10)).toEqual([]);
  });

  test("another action in its place: it is not done as something else", async () => {
    const { alerts, settle, state, pass } = await makeAlerts({ rules: withActions({ ...EMAIL, digest: 60 }) });
    alerts.take([happening()]);
    await settle();
    state.rules.set(7, { ...RULE, actions: [WEBHOOK] });
    await pass(61);
    expect([state.mails, state.requests]).toEqual([[], []]);
    expect(state.notes.at(-1)?.text).toContain("another action in this place");
  });
  test("a server without mail says how to set it up", async () => {
    const { alerts, settle, state } = await makeAlerts({ rules: withActions(EMAIL), mail: false });
    alerts.take([happening()]);
    await settle();
    expect(state.notes).toMatchObject([{ what: "action_failed", text: expect.stringContaining("set --smtp-url") }]);
  });
});

describe("trying an action", () => {
  const trial = { rule: RULE, device: 1, fields: ["T"], isDry: false } as const;
  test("it is done once with the values that the device has; no alert, no second try", async () => {
    const { alerts, settle, state, store } = await makeAlerts();
    state.current.set("1 1", { time: START, value: 33.3 });
    const tried = await alerts.tryAction({ ...trial, action: { ...EMAIL, subject: "{{ text }}" } });
    const text = "fired Device 1: 33.3 °C";
    expect(tried).toEqual({
      done: true,
      text: "A mail went to ada@example.com.",
      rendered: { subject: "Device 1: 33.3 °C", text },
    });
    expect(state.mails).toMatchObject([{ subject: "Device 1: 33.3 °C", text: `${text}\n` }]);
    state.answer = { status: 500 };
    const failed = await alerts.tryAction({ ...trial, action: { ...WEBHOOK, headers: { A: "secret" } } });
    expect(failed).toMatchObject({ done: false, text: expect.stringContaining("500"), rendered: { "headers.A": "…" } });
    await settle();
    expect([[...alerts.book.all()], await store.readTasks(0, 9), state.requests.length]).toEqual([[], [], 1]);
  });
  test("a dry run does nothing; what cannot be filled, or is not allowed, is said", async () => {
    const { alerts, state } = await makeAlerts();
    const dry = await alerts.tryAction({ ...trial, action: FIELD, isDry: true });
    expect([dry, state.written]).toEqual([
      { done: false, text: expect.stringContaining("dry run"), rendered: { value: "22" } },
      [],
    ]);
    const bad = await alerts.tryAction({ ...trial, action: { ...EMAIL, text: "{{ values.CO2 }}" } });
    expect(bad).toMatchObject({ done: false, text: expect.stringContaining("cannot be filled"), rendered: {} });
    const account = { user: null, apiUser: 1 };
    const no = await alerts.tryAction({ ...trial, rule: { ...RULE, account }, device: 2, action: EMAIL });
    expect(no).toMatchObject({ done: false, text: expect.stringContaining("may not see") });
    expect([state.mails, state.requests]).toEqual([[], []]);
  });
});
