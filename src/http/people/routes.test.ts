import { expect, test } from "bun:test";
import { API, OPERATIONS } from "../api/index.ts";
import { makePeopleHttp } from "./people.testing.ts";

/** Every operation of the OpenAPI document, with a name that there is not in place of each parameter. */
const ALL = OPERATIONS.map(
  ({ method, path }) => [method.toUpperCase(), API + path.replaceAll(/\{\w+\}/g, "none")] as const,
);
const CHANGES = ALL.filter(([method]) => method !== "GET");

test.each(ALL)("%s %s knows who is signed in by the cookie", async (method, path) => {
  const { ask, enter } = await makePeopleHttp();
  const { cookie, csrf } = await enter();
  const answer = await ask(method, path, method === "GET" ? null : {}, { cookie, csrf });
  expect([401, 403]).not.toContain(answer.status);
  expect(answer.headers.get("Access-Control-Allow-Origin")).toBeNull();
});

test.each(CHANGES)("%s %s needs the CSRF token beside the cookie", async (method, path) => {
  const { ask, enter } = await makePeopleHttp();
  const { cookie } = await enter();
  const answer = await ask(method, path, {}, { cookie });
  expect([answer.status, answer.code]).toEqual([403, "cross_site"]);
});

test.each(ALL)("%s %s is closed to pages of other sites with the cookie", async (method, path) => {
  const { ask, enter } = await makePeopleHttp();
  const { cookie, csrf } = await enter();
  const answer = await ask(method, path, method === "GET" ? null : {}, {
    cookie,
    csrf,
    origin: "https://evil.example",
  });
  expect([answer.status, answer.code]).toEqual([403, "cross_site"]);
});
