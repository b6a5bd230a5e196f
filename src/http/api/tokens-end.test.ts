import { expect, test } from "bun:test";
import { NOW, OWNER } from "../http.testing.ts";
import { type Json, makeApi } from "./api.testing.ts";

const USERS = "/workspaces/w/api-users";
const DAY = 86_400_000_000;
const iso = (micros: number) => new Date(micros / 1000).toISOString().replace(".000Z", "Z");

test("an API user tells when its last token ends; those that end soon can be asked for", async () => {
  const it = makeApi();
  const end = async () => (await it.api("GET", `${USERS}/2`)).body.tokens_end;
  const ending = async (before: number) =>
    (await it.api("GET", `${USERS}?tokens_end_before=${iso(before)}`)).body.items.map((one: Json) => one.api_user);
  // a token of its own without an end
  expect([await end(), await ending(NOW + 9999 * DAY)]).toEqual([null, []]);
  const [old] = (await it.api("GET", `${USERS}/2/tokens`)).body.items;
  const path = `${USERS}/2/tokens/${old.token}`;
  // rotated: the old one ends within the day, and the new one goes on for ten
  const wish = { grace_seconds: 3600, expires: "10d" };
  expect((await it.api("POST", `${path}/rotate`, OWNER, wish)).status).toBe(201);
  expect(await end()).toBe(iso(NOW + 10 * DAY));
  expect([await ending(NOW + 9 * DAY), await ending(NOW + 11 * DAY)]).toEqual([[], [2]]);
  await it.api("POST", `${USERS}/2/tokens`, OWNER, { name: "for ever" });
  expect([await end(), await ending(NOW + 11 * DAY)]).toEqual([null, []]);
  expect((await it.api("GET", `${USERS}?tokens_end_before=soon`)).status).toBe(400);
});
