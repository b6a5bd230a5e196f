import { expect, test } from "bun:test";
import { Backoff } from "./backoff.ts";
import { noteOf, readNote } from "./note.ts";

const S = 1_000_000;

test("an endpoint that fails is tried later and later, until it is given up; what is accepted ends that", () => {
  const backoff = new Backoff();
  let now = 0;
  for (let i = 1; i <= 9; i++) {
    expect(backoff.after("failed", "no", i, 0, now, 0.5)).toBe("again");
    expect(backoff.failure?.failures).toBe(i);
    now = backoff.failure?.next ?? 0;
  }
  expect(now).toBe((5 + 300 + 1800 + 7200 + 18_000 + 36_000 + 50_400 + 72_000 + 86_400) * S);
  expect(backoff.after("failed", "no", 10, 0, now, 0.5)).toEqual({ pause: "It has failed for three days. Last: no" });
  expect(backoff.after("accepted", "", 1, 0, now, 0.5)).toBe("accepted");
  expect(backoff.failure).toBeNull();
});

test("what an answer asks for is waited for, when it is longer", () => {
  const backoff = new Backoff();
  backoff.after("failed", "no", 1, 60 * S, 0, 0.5);
  expect(backoff.failure?.next).toBe(60 * S);
});

test("several requests that fail at once are one failure", () => {
  const backoff = new Backoff();
  for (let i = 0; i < 8; i++) expect(backoff.after("failed", "no", 1, 0, 10, 0.5)).toBe("again");
  expect(backoff.failure).toEqual({ failures: 1, error: "no", next: 10 + 5 * S });
});

test("a request that is refused is given up after three tries; ten of them in a row pause the webhook, one that is accepted between does not count them", () => {
  const backoff = new Backoff();
  const refuse = () => [1, 2, 3].map((tries) => backoff.after("refused", "bad", tries, 0, 0, 0.5));
  for (let i = 0; i < 9; i++) expect(refuse()).toEqual(["again", "again", "dead"]);
  backoff.after("accepted", "", 1, 0, 0, 0.5);
  for (let i = 0; i < 9; i++) expect(refuse()).toEqual(["again", "again", "dead"]);
  expect(refuse()[2]).toEqual({ pause: "10 requests in a row were refused. Last: bad" });
});

test("410 is for good", () => {
  expect(new Backoff().after("gone", "gone", 1, 0, 0, 0.5)).toBe("gone");
});

test("what is kept for a restart comes back; what is not understood counts as nothing", () => {
  const failure = { failures: 3, error: "no", next: 77 };
  const head = { first: 1, last: 4, tries: 2 };
  expect(noteOf(null, null)).toBeNull();
  expect(readNote(noteOf(failure, head) ?? "")).toEqual({ failure, head });
  expect(readNote(noteOf(null, head) ?? "")).toEqual({ failure: null, head });
  expect(readNote("no JSON")).toEqual({ failure: null, head: null });
});
