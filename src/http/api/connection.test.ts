import { expect, test } from "bun:test";
import { RECORDER, VIEWER } from "../http.testing.ts";
import { makeApi } from "./api.testing.ts";

test("every account may know how clients connect, and nobody else", async () => {
  const it = makeApi();
  for (const secret of [RECORDER, VIEWER]) {
    const { status, body } = await it.api("GET", "/connection", secret);
    expect([status, body.prefix, body.own_ca]).toEqual([200, "dtck", false]);
    expect(body.listeners).toEqual([{ name: "mqtt", port: 1883, secure: false, local: expect.any(Boolean) }]);
  }
  expect((await it.api("GET", "/connection", null)).body.code).toBe("unknown_token");
});
