import { describe, expect, test } from "bun:test";
import { actionsShown } from "./rule-action-shown.ts";
import { actionsFrom, actionWishes } from "./rule-action-wish.ts";
import { actionsOf, alertOf, resolveActions, shownActions } from "./rule-action-column.ts";
import { writesOf } from "./rule-action-problems.ts";
import { actionProblems } from "./rule-templates.ts";
import type { RuleAction } from "./types.ts";

const SECRET = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
const WEBHOOK = {
  type: "webhook",
  url: "https://a.example/x?key=1",
  headers: { "X-Key": "k" },
  secret: SECRET,
} as const;
const ALL = [
  { type: "email", to: ["Ada@Example.com"], digest: 60 },
  WEBHOOK,
  { type: "message", topic: "alarm/{{ device.id }}" },
  { type: "field", field: "setpoint", value: "{{ value | plus: 1 }}", device: "p/d2" },
  { type: "downlink", downlink: "reset" },
  { type: "notification", on: ["fired", "cleared", "fired"] },
];
const wrong: { path: string; message: string }[] = [];
const read = (given: unknown, known: readonly RuleAction[] = []) => {
  wrong.length = 0;
  const wish = actionWishes.actions.parse(given);
  return actionsFrom(
    wish,
    (product, id) => (`${product}/${id}` === "p/d2" ? 2 : undefined),
    known,
    (one) => wrong.push(one),
  );
};

describe("actions of rules", () => {
  test("what is given becomes rows, what is not said is as usual, and a column gives it back", () => {
    const rows = read(ALL);
    expect(wrong).toEqual([]);
    const on = ["fired", "repeated"];
    expect(rows).toEqual([
      { type: "email", on, to: ["ada@example.com"], subject: "{{ rule }}", text: "{{ text }}\n", digest: 60 },
      { ...WEBHOOK, on, body: null },
      { type: "message", on, topic: "alarm/{{ device.id }}", payload: "{{ value }}", retain: false },
      { type: "field", on, field: "SETPOINT", value: "{{ value | plus: 1 }}", device: 2 },
      { type: "downlink", on, downlink: "reset", values: {}, device: null },
      { type: "notification", on: ["fired", "cleared"], text: "{{ text }}" },
    ] as RuleAction[]);
    expect(actionsOf(JSON.parse(JSON.stringify(rows)))).toEqual([...rows]);
    expect(actionsOf([{ type: "email" }])).toBeNull();
    expect(alertOf(actionWishes.alert.parse({}))).toEqual({
      severity: "warning",
      text: "{{ rule }}",
      closes: true,
    });
    expect(alertOf({ severity: "loud", text: "x", closes: true })).toBeNull();
  });

  test.each<[string, object]>([
    ["no receiver", { type: "email", to: [] }],
    ["no address", { type: "email", to: ["ada"] }],
    ["a subject of two lines", { type: "email", to: ["a@b.c"], subject: "a\nb" }],
    ["a digest of two days", { type: "email", to: ["a@b.c"], digest: 172_800 }],
    ["no event", { type: "notification", on: [] }],
    ["another event", { type: "notification", on: ["maybe"] }],
    ["a file", { type: "webhook", url: "file:///etc/passwd" }],
    ["a header of ours", { type: "webhook", url: "https://a.example", headers: { "Webhook-Id": "1" } }],
    ["a header of two lines", { type: "webhook", url: "https://a.example", headers: { A: "1\r\nB: 2" } }],
    ["a secret that is none", { type: "webhook", url: "https://a.example", secret: "hush" }],
    ["an unknown type", { type: "sms" }],
    ["an unknown property", { type: "notification", loud: true }],
    ["a device without its product", { type: "field", device: "d2", field: "A", value: "1" }],
    ["no field", { type: "field", field: "a b", value: "1" }],
  ])("refused: %s", (_, given) => {
    expect(actionWishes.actions.safeParse([given]).success).toBe(false);
  });

  test("secrets are never shown, and kept by a change that has what is shown", () => {
    const rows = read([WEBHOOK]);
    const shown = actionsShown(rows, () => undefined);
    expect(shown).toEqual([
      { ...WEBHOOK, on: ["fired", "repeated"], body: null, headers: { "X-Key": null }, secret: "…" },
    ]);
    expect(read(shown, rows)).toEqual([...rows]);
    read([{ ...WEBHOOK, url: "https://elsewhere.example", headers: { "X-Key": null }, secret: "…" }], rows);
    expect(wrong.map(({ path }) => path)).toEqual(["actions[0].headers.X-Key", "actions[0].secret"]);
    const look = { row: () => null, name: () => null, count: () => 0 };
    expect(JSON.stringify(shownActions(rows, look))).not.toMatch(/whsec|key=1|"k"/);
  });

  test("a device that is not there is told; one that is gone has a name that nobody takes", () => {
    read([{ type: "field", device: "p/d9", field: "A", value: "1" }]);
    expect(wrong).toEqual([{ path: "actions[0].device", message: 'The workspace has no device "p/d9".' }]);
    const rows = read(ALL);
    expect(actionsShown(rows, () => undefined)[3]).toMatchObject({ device: "gone/2" });
    expect(actionsShown(rows, () => "p/d2")[3]).toMatchObject({ device: "p/d2" });
    expect(writesOf(rows)).toEqual([{ device: 2, field: "SETPOINT" }]);
    expect(resolveActions(rows, (_, uid) => uid + 40)[3]).toMatchObject({ device: 42 });
  });
});

describe("templates are tried when a rule is saved", () => {
  const ANY = { hasField: (id: string) => id === "HUMIDITY", hasDevice: true };
  const ALERT = { severity: "critical", text: "{{ device.name }}: {{ value | round: 1 }}", closes: true } as const;
  const problemsOf = (given: object[], alert: typeof ALERT | null = ALERT, scope: object = ANY) =>
    actionProblems(read(given), alert, { ...ANY, ...scope }).map(({ path }) => path);

  test("everything that documents name is there", () => {
    const text =
      "{{ rule }} {{ event }} {{ workspace }} {{ severity }} {{ text }} {{ alert }} {{ value }} {{ unit }} {{ field }} {{ time }} {{ timestamp | date: '%H:%M' }}" +
      " {{ values.HUMIDITY }} {{ device.id }} {{ device.serial }} {{ device.product }} {{ device.url }} {{ device.tags | join: ',' }} {{ count }}" +
      " {% for event in events %}{{ event.device.name }}{{ event.value }}{% endfor %}{% for device in devices %}{{ device.id }}{% endfor %}";
    expect(problemsOf([{ type: "notification", text }])).toEqual([]);
    expect(problemsOf([...ALL.slice(0, 3), ...ALL.slice(4)])).toEqual([]);
  });
  test("a field that need not be there has a default", () => {
    expect(problemsOf([{ type: "notification", text: "{{ values.NOT_YET | default: 'unknown' }}" }])).toEqual([]);
  });
  test.each<[string, object, object, string]>([
    ["a filter that there is not", { type: "notification", text: "{{ value | rund }}" }, {}, "actions[0].text"],
    ["a name that there is not", { type: "notification", text: "{{ devce.name }}" }, {}, "actions[0].text"],
    ["a tag that is open", { type: "email", to: ["a@b.c"], text: "{% if value %}" }, {}, "actions[0].text"],
    [
      "a field that no device has",
      { type: "email", to: ["a@b.c"], subject: "{{ values.CO2 }}" },
      {},
      "actions[0].subject",
    ],
    ["a header", { ...WEBHOOK, headers: { A: "{{ x }}" } }, {}, "actions[0].headers.A"],
    ["a wildcard", { type: "message", topic: "a/+" }, {}, "actions[0].topic"],
    ["a topic of $SYS", { type: "message", topic: "$SYS/x" }, {}, "actions[0].topic"],
    [
      "a topic of the platform",
      { type: "message", topic: "dtck-pub/a/b/C" },
      { isFree: () => false },
      "actions[0].topic",
    ],
    [
      "a value for an encoder",
      { type: "downlink", downlink: "a", values: { X: "{{ y }}" } },
      {},
      "actions[0].values.X",
    ],
    [
      "a device's name where there is no device",
      { type: "notification", text: "{{ device.name }}" },
      { hasDevice: false },
      "actions[0].text",
    ],
  ])("%s", (_, given, scope, path) => {
    expect(problemsOf([given], null, scope)).toEqual([path]);
  });
});
