import { expect, test } from "bun:test";
import { EventReader } from "../events/events.testing.ts";
import { MINUTE } from "../../people/people.testing.ts";
import { makePeopleHttp, OWN_PAGE } from "./people.testing.ts";

test.each([
  ["/api/v1/auth/sign-out", null],
  ["/api/v1/account/sign-out-everywhere", {}],
] as const)("%s ends the streams of the one who signs out, at once", async (path, body) => {
  const { ask, http, enter } = await makePeopleHttp();
  const mine = await enter();
  const answer = await http.fetch(new Request(`${OWN_PAGE}/api/v1/live`, { headers: { Cookie: mine.cookie } }), {
    remoteAddress: "192.0.2.1",
  });
  expect(answer.status).toBe(200);
  const reader = new EventReader(answer);
  await reader.more();
  expect((await ask("POST", path, body, { ...mine, origin: OWN_PAGE })).status).toBe(200);
  const end = await reader.next();
  expect([end?.event, end?.data]).toEqual(["end", expect.stringContaining("sign_in_needed")]);
  expect(await reader.next()).toBeNull();
});

test("a stream that stays open does not keep its browser signed in", async () => {
  const { ask, http, enter, time } = await makePeopleHttp();
  /** A minute, in which streams are looked at four times. */
  const minute = () => {
    time.now += MINUTE;
    for (let second = 0; second < 60; second++) http.tick();
  };
  const mine = await enter();
  const headers = { Cookie: mine.cookie ?? "" };
  const answer = await http.fetch(new Request(`${OWN_PAGE}/api/v1/live`, { headers }), { remoteAddress: "192.0.2.1" });
  const reader = new EventReader(answer);
  await reader.more();
  for (let i = 0; i < 59; i++) minute();
  expect((await ask("GET", "/api/v1/account", null, { cookie: mine.cookie })).status).toBe(200);
  for (let i = 0; i < 61; i++) minute();
  expect((await ask("GET", "/api/v1/account", null, { cookie: mine.cookie })).code).toBe("sign_in_needed");
  const end = await reader.next();
  expect([end?.event, end?.data]).toEqual(["end", expect.stringContaining("sign_in_needed")]);
});
