import { describe, expect, test } from "bun:test";
import { refusalOf } from "../base/refusal.testing.ts";
import { Directory } from "./directory.ts";
import { brokenBy } from "./rule-problems.ts";
import { FleetService } from "./service.ts";
import { MemoryFleet } from "./testing.ts";

function make() {
  const [store, directory] = [new MemoryFleet(), new Directory()];
  const service = new FleetService({ store, directory, micros: () => 1000, random: (size) => new Uint8Array(size) });
  const apply = async (text: string) =>
    (await service.applyFile(text)).lines
      .map(({ sign, text }) => `${sign} ${text}`)
      .filter((one) => /rule|^=/.test(one));
  return { store, directory, service, apply };
}
const file = (rule: string) => `
workspaces:
  - slug: w
    products:
      - slug: p
        fields:
          - { id: T, type: NUMERIC }
          - { id: DOOR, type: BOOL }
          - { id: F, type: NUMERIC, formula: T * 2 }
          - { id: NOTE, type: STRING }
          - { id: PLACE, type: GEO }
        configuration: [{ id: most, type: number, default: 30 }]
        devices: [{ id: d1, tags: [hall] }]
      - { slug: q, fields: [{ id: H, type: NUMERIC }] }
    api_users: [{ name: screen, rights: [{ devices: all, can: [view] }] }]
    rules:
      - ${rule}
`;
const WHOLE = `
        name: too warm
        description: The hall is too warm.
        scope: { products: [p], devices: [p/d1], tags: [hall] }
        trigger: { type: measurement, fields: [t, DOOR] }
        condition:
          all:
            - { field: T, figure: average, over: 10m, operator: ">", value: 30.5, hysteresis: 2 }
            - any: [{ field: DOOR, operator: "=", value: true }, { not: { field: NOTE, operator: contains, value: "12" } }]
            - { field: T, operator: ">=", value: { configuration: most } }
            - { field: PLACE, operator: inside, value: { lat: 52.5, lng: 13.4, radius: 500 } }
        for: 10m
        repeat: 1h
        hours: { zone: Europe/Berlin, days: [mon, fri], from: "08:00", to: "18:00" }
        limit: 10
        max_age: any
        actions:
          - { type: email, to: [ada@example.com], subject: "{{ device.name }}: {{ value | round: 1 }}", digest: 60 }
          - { type: field, device: p/d1, field: note, value: "{{ values.T | plus: 1 }}", on: [fired, cleared] }
        alert: { severity: critical, text: "{{ device.name }}", closes: false }
        account: screen
        active: false`;

describe("what a fleet file says of rules", () => {
  test("all of it, numbers as numbers; applied again, nothing changes", async () => {
    const { apply, directory } = make();
    expect(await apply(file(WHOLE.trim()))).toEqual(["+ rule w/too warm"]);
    const [row] = directory.all("rule");
    expect(row).toEqual({
      ...{ uid: 1, workspace: 1, name: "too warm", description: "The hall is too warm.", active: false, created: 1000 },
      scope: { products: [1], devices: [1], tags: ["hall"] },
      account: { user: null, apiUser: 1 },
      actions: [
        {
          ...{ type: "email", on: ["fired", "repeated"], to: ["ada@example.com"], text: "{{ text }}\n", digest: 60 },
          subject: "{{ device.name }}: {{ value | round: 1 }}",
        },
        { type: "field", on: ["fired", "cleared"], device: 1, field: "NOTE", value: "{{ values.T | plus: 1 }}" },
      ],
      alert: { severity: "critical", text: "{{ device.name }}", closes: false },
      definition: {
        trigger: { type: "measurement", fields: ["T", "DOOR"] },
        condition: {
          all: [
            { field: "T", figure: "average", over: "10m", operator: ">", value: 30.5, hysteresis: 2 },
            {
              any: [
                { field: "DOOR", operator: "=", value: true },
                { not: { field: "NOTE", operator: "contains", value: "12" } },
              ],
            },
            { field: "T", operator: ">=", value: { configuration: "most" } },
            { field: "PLACE", operator: "inside", value: { lat: 52.5, lng: 13.4, radius: 500 } },
          ],
        },
        ...{ for: "10m", repeat: "1h", limit: 10, max_age: "any" },
        hours: { zone: "Europe/Berlin", days: ["mon", "fri"], from: "08:00", to: "18:00" },
      },
    });
    expect(await apply(file(WHOLE.trim()))).toEqual(["= everything is already as the file says"]);
  });
  test('what is left out has a default; later it stays, and "" takes it away', async () => {
    const { apply, directory } = make();
    await apply(file("{ name: r, trigger: { type: schedule, cron: 30 7 * * 1-5 } }"));
    expect(directory.all("rule")[0]).toMatchObject({
      scope: { products: [], devices: [], tags: [] },
      account: { user: null, apiUser: null },
      definition: {
        trigger: { type: "schedule", cron: "30 7 * * 1-5", zone: "UTC" },
        ...{ condition: null, for: null, repeat: null, hours: null, limit: null, max_age: "1h" },
      },
    });
    await apply(file('{ name: r, trigger: { type: silence }, for: 5m, limit: "3" }'));
    expect(await apply(file('{ name: r, limit: "" }'))).toEqual(['~ rule w/r: limit "3" → none']);
    expect(directory.all("rule")[0]?.definition).toMatchObject({
      for: "5m",
      limit: null,
      trigger: { type: "silence" },
    });
  });
  test.each([
    ["{ name: r }", "rules[0].trigger: is missing"],
    [
      "{ name: r, trigger: { type: measurement, fields: [X] } }",
      "trigger.fields[0]: no product that the rule is about has the field X",
    ],
    ["{ name: r, trigger: { type: measurement, fields: [H] }, scope: { products: [p] } }", "has the field H"],
    ["{ name: r, trigger: { type: measurement, fields: [H] }, scope: { devices: [p/d1] } }", "has the field H"],
    [
      "{ name: r, trigger: { type: geofence, field: T, lat: 1, lng: 2, radius: 3, event: enter } }",
      "the field T is a number; here it should be a position",
    ],
    [
      '{ name: r, trigger: { type: measurement, fields: [T] }, condition: { field: NOTE, operator: ">", value: 3 } }',
      "condition.field: the field NOTE is a text; here it should be a number",
    ],
    [
      '{ name: r, trigger: { type: measurement, fields: [T] }, condition: { field: T, operator: ">", value: { configuration: x } } }',
      "has the configuration field x",
    ],
    [
      '{ name: r, trigger: { type: measurement, fields: [T] }, condition: { all: [{ field: T, operator: "=" }] } }',
      "rules[0].condition.all[0].value: should be a number or a text",
    ],
    ["{ name: r, trigger: { type: schedule, cron: 61 * * * * } }", "trigger.cron: allowed is a cron pattern"],
    ["{ name: r, trigger: { type: schedule, cron: 0 0 30 2 * } }", "comes true at some time"],
    [
      "{ name: r, trigger: { type: schedule, cron: 0 0 * * *, zone: Moon/Sea } }",
      "trigger.zone: there is no such time zone",
    ],
    ["{ name: r, trigger: { type: schedule, cron: 0 0 * * * }, for: 5m }", "for: a schedule is a moment"],
    ["{ name: r, trigger: { type: silence, timeout: soon } }", "trigger.timeout: allowed is a duration"],
    [
      "{ name: r, trigger: { type: silence }, scope: { products: [x] } }",
      'scope.products[0]: the workspace has no product with the slug "x"',
    ],
    ["{ name: r, trigger: { type: silence }, account: nobody }", "account: there is no user and no API user"],
    [
      "{ name: r, trigger: { type: silence }, actions: [{ type: email, to: [nobody] }] }",
      "rules[0].actions[0].to[0]: allowed is an e-mail address",
    ],
    [
      '{ name: r, trigger: { type: silence }, actions: [{ type: field, field: F, value: "1" }] }',
      "actions[0].field: F is computed by its formula: nobody records in it",
    ],
    [
      '{ name: r, trigger: { type: silence }, actions: [{ type: field, device: p/d1, field: DOOR, value: "ajar" }] }',
      'actions[0].value: "ajar" is not a boolean; BOOL accepts true',
    ],
    ["{ name: r, trigger: { type: silence }, wehn: 3 }", 'unknown key "wehn"'],
    [
      '{ name: r, trigger: { type: silence }, hours: { from: "08:00", to: "08:00" } }',
      "hours.to: should not be the same as from",
    ],
  ])("%s is refused", async (rule, message) => {
    const { apply } = make();
    expect((await refusalOf(apply(file(rule)))).message).toContain(message);
  });
  test("what it names and is deleted makes it broken, and it is about no more for that", async () => {
    const { apply, directory, service } = make();
    await apply(file(WHOLE.trim()));
    const row = () => directory.all("rule")[0] as NonNullable<ReturnType<typeof directory.row<"rule">>>;
    expect(brokenBy(directory, row())).toEqual([]);
    await service.edit((draft) => {
      for (const [kind, uid] of [
        ["product", 1],
        ["apiUser", 1],
      ] as const)
        draft.drafts.push({ kind, op: "delete", uid });
    });
    expect(row().scope.products).toEqual([1]);
    expect(brokenBy(directory, row()).map(({ path }) => path)).toContainValues([
      "scope.products[0]",
      "scope.devices[0]",
      "account",
      "trigger.fields[0]",
      "condition.all[2].value.configuration",
    ]);
  });
});
