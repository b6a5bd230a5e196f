import { describe, expect, test } from "bun:test";
import { errorOf, EXPIRED, makeWorld, OWNER } from "../http.testing.ts";

const RECORD = "/v1/devices/d1/record/";
const UNKNOWN = "0".repeat(40);
const ONE = JSON.stringify({ field: "TEMPERATURE", value: 1 });

describe("failed logins", () => {
  test("their refusal waits, by address; a valid token never does", async () => {
    const { ask, braked } = makeWorld();
    braked.delay = 500;
    let answered = 0;
    const refusals = [UNKNOWN, EXPIRED, "nonsense"].map(async (secret) => {
      const { status } = await ask("GET", "/v1/devices/", secret);
      answered++;
      return status;
    });
    expect((await ask("GET", "/v1/devices/", OWNER)).status).toBe(200);
    expect([answered, braked.failed]).toEqual([0, ["127.0.0.1", "127.0.0.1", "127.0.0.1"]]);
    for (const fn of braked.due) fn();
    expect(await Promise.all(refusals)).toEqual([401, 401, 401]);
  });
  test("who sends no token has not tried", async () => {
    const { ask, braked } = makeWorld();
    braked.delay = 500;
    expect((await ask("GET", "/v1/devices/", null)).status).toBe(401);
    expect(braked.failed).toEqual([]);
  });
  test("no more than a thousand wait; those beyond are answered at once", async () => {
    const { ask, braked } = makeWorld();
    braked.delay = 500;
    const waiting = Array.from({ length: 1000 }, () => ask("GET", "/v1/devices/", UNKNOWN));
    expect((await ask("GET", "/v1/devices/", UNKNOWN)).status).toBe(401);
    expect(braked.due).toHaveLength(1000);
    for (const fn of braked.due) fn();
    await Promise.all(waiting);
    braked.due.length = 0;
    void ask("GET", "/v1/devices/", UNKNOWN);
    await new Promise((resolve) => setImmediate(resolve));
    expect(braked.due).toHaveLength(1); // there is room again
  });
});

describe("recording too fast", () => {
  test("429 rate_limited with Retry-After; nothing is recorded, and nothing said over MQTT", async () => {
    const { ask, braked, recorder } = makeWorld();
    braked.wait = 7;
    const answer = await ask("POST", RECORD, OWNER, ONE);
    expect([answer.status, answer.headers.get("Retry-After")]).toEqual([429, "7"]);
    expect(await errorOf(answer)).toMatchObject({ code: "rate_limited", message: expect.stringContaining("in 7 s") });
    expect([recorder.submitted, recorder.reported]).toEqual([[], []]);
    braked.wait = 0;
    expect((await ask("POST", RECORD, OWNER, ONE)).status).toBe(200);
    expect(braked.asked).toEqual([`u:1 ${ONE.length}`, `u:1 ${ONE.length}`]);
  });
  test("who may not record is told that, and counts for nobody's rate", async () => {
    const { ask, braked } = makeWorld();
    braked.wait = 7;
    expect((await ask("POST", "/v1/devices/nowhere/record/", OWNER, ONE)).status).toBe(404);
    expect((await ask("POST", RECORD, UNKNOWN, ONE)).status).toBe(401);
    expect(braked.asked).toEqual([]);
  });
});
