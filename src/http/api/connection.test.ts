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

test("every account may have the CA file, where the certificate is of the server's own authority", async () => {
  const it = makeApi();
  expect((await it.api("GET", "/connection/ca", VIEWER)).body.code).toBe("not_found");
  it.instance.caPem = "-----BEGIN CERTIFICATE-----\n";
  const answer = await it.ask("GET", "/api/v1/connection/ca", VIEWER);
  expect([answer.status, await answer.text()]).toEqual([200, it.instance.caPem]);
  expect(answer.headers.get("Content-Type")).toBe("application/x-pem-file");
  expect((await it.api("GET", "/connection/ca", null)).body.code).toBe("unknown_token");
});
