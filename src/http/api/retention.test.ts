import { describe, expect, test } from "bun:test";
import { OWNER, STRANGER, VIEWER } from "../http.testing.ts";
import { EDITOR, makeApi } from "./api.testing.ts";

const OF_P = "/products/p/retention";
const OF_T = "/products/p/fields/TEMPERATURE/retention";

describe("retention over the API", () => {
  test("is said of a product and of a field, shown with what holds, and taken back with null", async () => {
    const it = makeApi();
    const nothing = { retention: null, rollups: null };
    expect((await it.api("GET", OF_P)).body).toEqual({ retention: "forever", rollups: {}, said: nothing });
    const said = { retention: "90d", rollups: { "1h": "5y", "1d": "forever" } };
    expect((await it.patch(OF_P, said)).body).toEqual({ ...said, said });
    expect((await it.api("GET", OF_T)).body).toEqual({ ...said, said: nothing });
    const own = { retention: "30d", rollups: {} };
    expect((await it.patch(OF_T, own)).body).toEqual({ ...own, said: own });
    expect((await it.patch(OF_T, { rollups: null })).body).toEqual({
      retention: "30d",
      rollups: said.rollups,
      said: { retention: "30d", rollups: null },
    });
    expect((await it.patch(OF_T, { retention: null })).body).toEqual({ ...said, said: nothing });
    expect((await it.patch(OF_P, nothing)).body).toEqual({ retention: "forever", rollups: {}, said: nothing });
  });

  test("other changes of a product and a field leave it alone", async () => {
    const it = makeApi();
    await it.patch(OF_P, { retention: "90d" });
    await it.patch(OF_T, { retention: "30d" });
    await it.patch("/products/p", { name: "New" });
    await it.patch("/products/p/fields/TEMPERATURE", { name: "New" });
    expect((await it.api("GET", OF_P)).body.retention).toBe("90d");
    expect((await it.api("GET", OF_T)).body.retention).toBe("30d");
  });

  test("a change says which state it changes", async () => {
    const it = makeApi();
    expect((await it.api("PATCH", OF_P, OWNER, { retention: "1d" })).status).toBe(428);
    const { headers } = await it.api("GET", OF_P);
    const state = { "If-Match": headers.get("ETag") ?? "" };
    expect((await it.api("PATCH", OF_P, OWNER, { retention: "2d" }, state)).status).toBe(200);
    expect((await it.api("PATCH", OF_P, OWNER, { retention: "3d" }, state)).body.code).toBe("changed_meanwhile");
    expect((await it.api("GET", OF_P)).body.retention).toBe("2d");
  });

  const refused: [string, string, string, unknown, number, string][] = [
    ["a number", OF_P, OWNER, { retention: 90 }, 400, "invalid_request"],
    ["a time without a unit", OF_P, OWNER, { retention: "90" }, 400, "invalid_request"],
    ["an unknown step", OF_P, OWNER, { rollups: { "5m": "1y" } }, 400, "invalid_request"],
    ["rollups that end before", OF_P, OWNER, { retention: "1y", rollups: { "1h": "30d" } }, 400, "invalid_request"],
    ["rollups of what is kept for ever", OF_P, OWNER, { rollups: { "1h": "30d" } }, 400, "invalid_request"],
    [
      "rollups of texts",
      "/products/p/fields/NOTE/retention",
      OWNER,
      { retention: "1d", rollups: { "1h": "9d" } },
      400,
      "invalid_request",
    ],
    ["a viewer", OF_P, VIEWER, { retention: "1d" }, 403, "not_permitted"],
    ["an editor of another product", OF_T, EDITOR, { retention: "1d" }, 403, "not_permitted"],
    ["a stranger", OF_T, STRANGER, { retention: "1d" }, 404, "unknown_product"],
    ["a field that is not there", "/products/p/fields/NO/retention", OWNER, { retention: "1d" }, 404, "unknown_field"],
  ];
  test.each(refused)("%s is refused, and nothing happens", async (_, path, secret, body, status, code) => {
    const it = makeApi();
    const answer = await it.api("PATCH", path, secret, body, { "If-Match": "*" });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect([it.fleetStore.commits, it.fleetStore.audited]).toEqual([0, []]);
  });
});
