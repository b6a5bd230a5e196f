import { expect, test } from "bun:test";
import { Backoff } from "./backoff.ts";
import { noteOf, readNote } from "./note.ts";

const S = 1_000_000;

const tried = (tries: number, begun = 0) => ({ tries, begun });

test("an endpoint that fails is tried later and later, until it is given up; what is accepted ends that", () => {
  const backoff = new Backoff();
  let now = 1;
  for (let i = 1; i <= 9; i++) {
    const next = backoff.after("failed", "no", tried(i, now), 0, now, 0.5);
    expect(backoff.failure).toMatchObject({ failures: i, error: "no", at: now });
    now = backoff.failure?.next ?? 0;
    expect(next).toEqual({ again: now });
  }
  expect(now).toBe((5 + 300 + 1800 + 7200 + 18_000 + 36_000 + 50_400 + 72_000 + 86_400) * S + 1);
  expect(backoff.after("failed", "no", tried(10, now), 0, now, 0.5)).toEqual({
    pause: "It has failed for three days. Last: no",
  });
  expect(backoff.after("accepted", "", tried(1, now), 0, now, 0.5)).toBe("accepted");
  expect(backoff.failure).toBeNull();
});

test("what an answer asks for is waited for, when it is longer", () => {
  const backoff = new Backoff();
  expect(backoff.after("failed", "no", tried(1), 60 * S, 0, 0.5)).toEqual({ again: 60 * S });
  expect(backoff.failure?.next).toBe(60 * S);
});

test("several requests that fail at once are one failure; one of them that is accepted does not end it, a later one does", () => {
  const backoff = new Backoff();
  for (let i = 0; i < 8; i++)
    expect(backoff.after("failed", "no", tried(1), 0, 10, 0.5)).toEqual({ again: 10 + 5 * S });
  expect(backoff.failure).toEqual({ failures: 1, error: "no", at: 10, next: 10 + 5 * S });
  backoff.after("accepted", "", tried(1, 10), 0, 11, 0.5);
  expect(backoff.failure?.failures).toBe(1);
  backoff.after("accepted", "", tried(1, 5 * S), 0, 5 * S, 0.5);
  expect(backoff.failure).toBeNull();
});

test("one request that always fails is given up after ten tries while others are accepted, and the webhook goes on", () => {
  const backoff = new Backoff();
  let now = 0;
  for (let i = 1; i <= 9; i++) {
    const next = backoff.after("failed", "no", tried(i, now), 0, now, 0.5);
    now += 1_000_000 * S;
    expect(next).toHaveProperty("again");
    backoff.after("accepted", "", tried(1, now), 0, now, 0.5);
    expect(backoff.failure).toBeNull();
  }
  expect(backoff.after("failed", "no", tried(10, now), 0, now, 0.5)).toBe("dead");
});

test("a request that is refused is given up after three tries, and holds up nobody; ten of them in a row pause the webhook", () => {
  const backoff = new Backoff();
  const refuse = () => [1, 2, 3].map((tries) => backoff.after("refused", "bad", tried(tries), 0, 0, 0.5));
  const given = [{ again: 5 * S }, { again: 30 * S }, "dead"];
  for (let i = 0; i < 9; i++) expect(refuse()).toEqual(given as never);
  expect(backoff.failure).toBeNull();
  backoff.after("accepted", "", tried(1), 0, 0, 0.5);
  for (let i = 0; i < 9; i++) expect(refuse()).toEqual(given as never);
  expect(refuse()[2]).toEqual({ pause: "10 requests in a row were refused. Last: bad" });
});

test("410 is for good", () => {
  expect(new Backoff().after("gone", "gone", tried(1), 0, 0, 0.5)).toBe("gone");
});

test("what is kept for a restart comes back; what is not understood counts as nothing", () => {
  const failure = { failures: 3, error: "no", at: 7, next: 77 };
  const head = { first: 1, last: 4, tries: 2 };
  expect(noteOf(null, null)).toBeNull();
  expect(readNote(noteOf(failure, head) ?? "")).toEqual({ failure, head });
  expect(readNote(noteOf(null, head) ?? "")).toEqual({ failure: null, head });
  expect(readNote("no JSON")).toEqual({ failure: null, head: null });
});
