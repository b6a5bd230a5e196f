import { expect, test } from "bun:test";
import { networkToken } from "./network-token.ts";

const TOKEN = "0123456789abcdef0123456789abcdef01234567";

test.each([
  [{ Authorization: `Token ${TOKEN}` }, "", `Token ${TOKEN}`],
  [{ Authorization: `Bearer ${TOKEN}` }, "", `Bearer ${TOKEN}`],
  [{ Authorization: TOKEN }, "", `Token ${TOKEN}`],
  [{ Authorization: `Basic ${btoa(`fieldcast:${TOKEN}`)}` }, "", `Token ${TOKEN}`],
  [{ Authorization: `Basic ${btoa(`${TOKEN}:`)}` }, "", `Token ${TOKEN}`],
  [{ Authorization: "Basic YTpi" }, "", "Basic YTpi"],
  [{ Authentication: `Token ${TOKEN}` }, "", `Token ${TOKEN}`],
  [{ "X-API-Key": TOKEN }, "", `Token ${TOKEN}`],
  [{ "X-Of-My-Own": `bearer ${TOKEN}` }, "", `Token ${TOKEN}`],
  [{ "X-Of-My-Own": "something else" }, "", null],
  [{ Authorization: "Token wrong" }, `?token=${TOKEN}`, "Token wrong"],
  [{}, `?token=${TOKEN}`, `Token ${TOKEN}`],
  [{}, "?token=wrong", "Token wrong"],
  [{}, "?Token=ab12", null],
  [{}, "", null],
] as const)("%p with %p gives %p", (headers, query, expected) => {
  expect(networkToken(new Headers(headers as Record<string, string>), new URLSearchParams(query))).toBe(expected);
});
