import { describe, expect, test } from "bun:test";
import { BLIND, errorOf, makeWorld, NOW, OWNER, STRANGER, VIEWER } from "../http.testing.ts";

/** Fields of the fleet in http.testing.ts, by uid. */
const [T, N] = [1, 3];
const PATH = "/v1/export";

function world() {
  const made = makeWorld();
  made.data.put(1, T, NOW, 1.5);
  made.data.put(1, T, NOW + 1, -2);
  made.data.put(1, N, NOW, "a,b");
  made.data.put(2, T, NOW + 5, 7);
  return made;
}

test("CSV by default: every measurement, series by series", async () => {
  const answer = await world().ask("GET", `${PATH}?products=p`, OWNER);
  expect([answer.status, answer.headers.get("Content-Type")]).toEqual([200, "text/csv; charset=utf-8; header=present"]);
  expect(answer.headers.get("Content-Disposition")).toBe('attachment; filename="measurements.csv"');
  expect(await answer.text()).toBe(
    [
      "time,product,device,field,value",
      "2026-03-01T12:00:00Z,p,d1,TEMPERATURE,1.5",
      "2026-03-01T12:00:00.000001Z,p,d1,TEMPERATURE,-2",
      '2026-03-01T12:00:00Z,p,d1,NOTE,"a,b"',
      "2026-03-01T12:00:00.000005Z,p,d2,TEMPERATURE,7",
      "",
    ].join("\r\n"),
  );
});

test("NDJSON of one device, one field and a range", async () => {
  const query = "devices=S1&fields=temperature&to=2026-03-01T12:00:00.000001Z&format=ndjson";
  expect(await (await world().ask("GET", `${PATH}?${query}`, OWNER)).text()).toBe(
    '{"time":"2026-03-01T12:00:00Z","product":"p","device":"d1","field":"TEMPERATURE","value":1.5}\n',
  );
});

describe("rights", () => {
  test.each([
    ["nobody", null, "products=p", 401, "unknown_token"],
    ["one who may view, but not export", VIEWER, "products=p", 403, "not_permitted"],
    ["one who may record only", BLIND, "devices=d1", 403, "not_permitted"],
    ["another workspace", STRANGER, "products=p", 404, "unknown_product"],
    ["another workspace", STRANGER, "devices=d1", 404, "unknown_device"],
    ["an unknown field", OWNER, "devices=d3&fields=NOTE", 404, "unknown_field"],
    ["an unknown format", OWNER, "devices=d3&format=parquet", 400, "invalid_request"],
    ["nothing named", OWNER, "", 400, "invalid_request"],
  ])("%s", async (_, secret, query, status, code) => {
    const made = world();
    const answer = await made.ask("GET", `${PATH}?${query}`, secret);
    expect([answer.status, (await errorOf(answer)).code]).toEqual([status, code]);
    expect(made.data.reads).toBe(0);
  });

  test("a stream breaks off when the permission is lost", async () => {
    const made = world();
    // more than is made ahead of who reads it
    for (let i = 0; i < 20_000; i++) made.data.put(1, T, NOW - 1e6 + i, i);
    const answer = await made.ask("GET", `${PATH}?products=p`, OWNER);
    const row = { uid: 1, user: 1, workspace: 1, role: "observer" } as const;
    made.directory.apply([{ kind: "membership", op: "put", row }]);
    await expect(answer.text()).rejects.toThrow("exports");
  });
});
