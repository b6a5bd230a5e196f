import { expect, test } from "bun:test";
import { EventReader } from "../events.testing.ts";
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
