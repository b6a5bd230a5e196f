import { expect, test } from "bun:test";
import { Hono } from "hono";
import { Refusal } from "../../base/errors.ts";
import type { HttpEnv } from "../deps.ts";
import { errorAnswer, refusalAnswer } from "./answer.ts";
import { readYourWrites, withPositions } from "./positions.ts";

/** An app whose POST changes the fleet, PUT records, and GET reads. */
function make() {
  const asked: string[] = [];
  const positions = {
    committed: 10,
    told: 0,
    everyone: Promise.resolve(),
    async reached(seq: number) {
      asked.push(`reached ${seq}`);
      if (seq > 99) throw new Refusal("node_behind", "not yet");
    },
    everywhere(seq: number) {
      asked.push(`everywhere ${seq}`);
      return positions.everyone;
    },
  };
  const app = new Hono<HttpEnv>();
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  app.onError((error, c) => errorAnswer(error, c, log, refusalAnswer));
  app.use(readYourWrites(positions));
  app.get("/", (c) => c.text(c.req.url));
  app.post("/", (c) => {
    positions.told = 12;
    return c.text(c.req.url);
  });
  app.put("/", async (c) => {
    positions.committed = 15;
    return c.text(await c.req.text());
  });
  const fetch = withPositions((request) => app.fetch(request, { remoteAddress: "" }), positions);
  const ask = async (method: string, query = "", more: RequestInit = {}) => {
    asked.length = 0;
    const answer = await fetch(new Request(`http://h/${query}`, { method, ...more }), { remoteAddress: "" });
    return { status: answer.status, text: await answer.text(), position: answer.headers.get("Fieldcast-Position") };
  };
  return { positions, asked, ask };
}

test("a change is answered when it is known everywhere, and says where it stands", async () => {
  const { positions, asked, ask } = make();
  const all = Promise.withResolvers<void>();
  positions.everyone = all.promise;
  let answered = false;
  const answer = ask("POST").finally(() => (answered = true));
  await Bun.sleep(0);
  expect([asked, answered]).toEqual([["everywhere 12"], false]);
  all.resolve();
  expect(await answer).toMatchObject({ status: 200, position: "12" });
  // what changes nothing of the fleet waits for nobody
  expect(await ask("PUT", "", { body: "x" })).toEqual({ status: 200, text: "x", position: "15" });
  expect(asked).toEqual([]);
  expect(await ask("GET")).toMatchObject({ status: 200, position: null });
});

test("nobody waits who says so; what is not known everywhere is no success", async () => {
  const { positions, asked, ask } = make();
  expect(await ask("POST", "?wait=0&q=a%20b")).toEqual({ status: 200, text: "http://h/?q=a+b", position: "12" });
  expect(asked).toEqual([]);
  positions.told = 0;
  positions.everyone = Promise.reject(new Refusal("not_everywhere", "some do not know of it"));
  expect(await ask("POST")).toMatchObject({ status: 503, position: "12" });
});

test("a request may ask for a position, in its address or a header", async () => {
  const { asked, ask } = make();
  expect(await ask("GET", "?at=7")).toMatchObject({ status: 200, text: "http://h/" });
  expect(asked).toEqual(["reached 7"]);
  await ask("PUT", "?at=8", { body: "kept", headers: { "X-Other": "1" } }).then(({ text }) =>
    expect(text).toBe("kept"),
  );
  expect(asked).toEqual(["reached 8"]);
  expect((await ask("GET", "", { headers: { "Fieldcast-At": "100" } })).status).toBe(503);
  for (const wrong of ["-1", "x", "", "1e3", "99999999999999999"])
    expect((await ask("GET", `?at=${wrong}`)).status).toBe(400);
});
