import { describe, expect, test } from "bun:test";
import { NOW, OWNER } from "../http.testing.ts";
import { makeApi, RULER } from "./api.testing.ts";

const PATH = "/workspaces/w/rules";
const NEW = {
  name: "new",
  trigger: { type: "measurement", fields: ["door"] },
  condition: { field: "door", operator: "=", value: true },
};
const DAY = 86_400_000_000;
const at = (time: number) => new Date(time / 1000).toISOString().replace(".000Z", "Z");

describe("rules", () => {
  test("are made with defaults and the rights of who makes them, changed in parts, snoozed, deleted", async () => {
    const it = makeApi();
    const made = await it.api("POST", PATH, OWNER, NEW);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      ...{ name: "new", workspace: "w", description: null, active: true, state: "active", problems: [] },
      scope: { products: [], devices: [], tags: [] },
      trigger: { type: "measurement", fields: ["DOOR"] },
      condition: { field: "DOOR", operator: "=", value: true },
      ...{ for: null, repeat: null, hours: null, limit: null, max_age: "1h", snoozed_until: null },
      account: "owner@example.com",
    });
    const path = `${PATH}/${made.body.rule}`;
    const hours = { zone: "Europe/Berlin", from: "08:00" };
    const changed = await it.patch(path, { for: "5m", hours, scope: { devices: [{ product: "p", device: "d1" }] } });
    expect(changed.body).toMatchObject({
      ...{ for: "5m", name: "new", condition: { field: "DOOR" } },
      hours: {
        zone: "Europe/Berlin",
        days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        from: "08:00",
        to: "24:00",
      },
      scope: { products: [], devices: [{ product: "p", device: "d1" }], tags: [] },
    });
    expect((await it.patch(path, { for: null, hours: null })).body).toMatchObject({ for: null, hours: null });
    const until = async (text: unknown) => (await it.api("POST", `${path}/snooze`, OWNER, { until: text })).body;
    expect(await until("8h")).toMatchObject({ snoozed_until: at(NOW + DAY / 3) });
    expect(await until(at(NOW + DAY))).toMatchObject({ snoozed_until: at(NOW + DAY) });
    expect(await until(null)).toMatchObject({ snoozed_until: null });
    for (const wrong of ["soon", at(NOW - DAY), "0s"])
      expect(await until(wrong)).toMatchObject({ code: "invalid_request" });
    expect((await it.api("POST", PATH, OWNER, NEW)).body.code).toBe("already_exists");
    expect((await it.api("DELETE", path)).status).toBe(200);
    expect((await it.api("GET", path)).status).toBe(404);
  });

  test.each([
    [{ trigger: { type: "measurement", fields: ["NOPE"] } }, "trigger.fields[0]"],
    [{ trigger: { type: "sunrise" } }, "trigger.type"],
    [{ trigger: { type: "schedule", cron: "x" } }, "trigger.cron"],
    [{ condition: { field: "DOOR", operator: ">", value: 3 } }, "condition.field"],
    [{ condition: { all: [{ field: "DOOR", operator: "is", value: 3 }] } }, "condition.all[0].operator"],
    [{ condition: null, for: "5m" }, "for"],
    [{ for: "soon" }, "for"],
    [{ limit: 0 }, "limit"],
    [{ scope: { products: ["nope"] } }, "scope.products[0]"],
    [{ scope: { devices: [{ product: "p", device: "nope" }] } }, "scope.devices[0].device"],
    [{ account: "nobody@w" }, ""],
  ])("%j is refused, in words for %p", async (more, path) => {
    const it = makeApi();
    const { status, body } = await it.api("POST", PATH, OWNER, { ...NEW, ...more });
    expect([400, 404]).toContain(status);
    if (path !== "") expect(JSON.stringify(body.errors)).toContain(`"${path}"`);
    expect(it.fleetStore.commits).toBe(0);
  });

  test("what it names and is gone makes it broken, with where that is", async () => {
    const it = makeApi();
    const made = await it.api("POST", PATH, OWNER, NEW);
    const field = it.directory.product("p")?.fields.get("DOOR")?.row.uid ?? 0;
    it.directory.apply([{ kind: "field", op: "delete", uid: field }]);
    const { body } = await it.api("GET", `${PATH}/${made.body.rule}`);
    expect(body.state).toBe("broken");
    expect(JSON.stringify(body.problems)).toContain('"trigger.fields[0]"');
  });
  test("nobody lets a rule do what they may not: neither by one of their own nor by changing another's", async () => {
    const it = makeApi();
    expect((await it.api("POST", PATH, RULER, NEW)).body).toMatchObject({ account: "api 24@w" });
    const foreign = await it.api("POST", PATH, RULER, { ...NEW, name: "b", account: "owner@example.com" });
    expect([foreign.status, foreign.body.code]).toEqual([403, "not_permitted"]);
    const change = (body: object) => it.api("PATCH", `${PATH}/1`, RULER, body, { "If-Match": "*" });
    const changed = await change({ condition: null });
    expect([changed.status, changed.body.code]).toEqual([403, "not_permitted"]);
  });
});
