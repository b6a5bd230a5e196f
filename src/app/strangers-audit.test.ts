import { expect, test } from "bun:test";
import { until } from "../../test/run/until.ts";
import type { AuditEntry } from "../fleet/audit.ts";
import type { PeopleEvent } from "../people/types.ts";
import { StrangersAudit } from "./strangers-audit.ts";

/** A store that is as slow as a test wants: each commit waits until it is let go. */
function slow() {
  const commits: { entries: readonly AuditEntry[]; end: (error?: Error) => void }[] = [];
  const errors: string[] = [];
  const clock = { micros: () => 1000, steady: () => time.now };
  const time = { now: 0 };
  const store = {
    addAudit: (entries: readonly AuditEntry[]) =>
      new Promise<void>((resolve, reject) => {
        commits.push({ entries, end: (error) => (error ? reject(error) : resolve()) });
      }),
  };
  const log = { debug() {}, info() {}, warn() {}, error: (_: object, text: string) => void errors.push(text) };
  const audit = new StrangersAudit(store, clock, log);
  const guess = (n: number) => {
    for (let i = 0; i < n; i++) audit.tell(refused(i));
  };
  return { audit, commits, errors, time, guess };
}
const refused = (i: number): PeopleEvent => ({
  what: "sign_in_refused",
  email: `nobody${i}@x`,
  user: null,
  address: "192.0.2.1",
  detail: "password",
});
const MINUTE = 60e6;

test("a storm of guesses is one commit for each tick, and none begins before the last one is over", async () => {
  const { audit, commits, guess } = slow();
  guess(20);
  expect(commits).toHaveLength(0);
  audit.tick();
  expect(commits.map(({ entries }) => entries.map(({ name }) => name))).toEqual([
    Array.from({ length: 20 }, (_, i) => `nobody${i}@x`),
  ]);
  guess(5);
  audit.tick();
  audit.tick();
  expect(commits).toHaveLength(1);
  commits[0]?.end();
  await until("the next commit", () => {
    audit.tick();
    return commits.length > 1;
  });
  expect(commits[1]?.entries).toHaveLength(5);
});

test("60 a minute are noted, the rest is passed over; nothing waits without a bound while the store is stuck", () => {
  const { audit, commits, guess, time } = slow();
  guess(1000);
  audit.tick();
  expect(commits[0]?.entries).toHaveLength(60);
  for (let minute = 1; minute <= 30; minute++) {
    time.now = minute * MINUTE;
    guess(1000);
    audit.tick();
  }
  expect(commits).toHaveLength(1);
  void audit.end();
  commits[0]?.end();
  return until("what had room", () => commits[1]?.entries.length === 600);
});

test("the stop waits until all of it is written", async () => {
  const { audit, commits, guess } = slow();
  guess(3);
  audit.tick();
  guess(2);
  let ended = false;
  const end = audit.end().then(() => {
    ended = true;
  });
  commits[0]?.end();
  await until("the last commit", () => commits.length === 2);
  expect([commits[1]?.entries.length, ended]).toEqual([2, false]);
  commits[1]?.end();
  await end;
});

test("what the store refuses is tried again with what came since, and told once", async () => {
  const { audit, commits, errors, guess } = slow();
  guess(3);
  for (let tries = 1; tries <= 3; tries++) {
    await until("a try", () => {
      audit.tick();
      return commits.length === tries;
    });
    guess(1);
    commits[tries - 1]?.end(tries < 3 ? new Error("the disk is full") : undefined);
  }
  await until("all of it", () => {
    audit.tick();
    return commits.length === 4;
  });
  expect(commits.map(({ entries }) => entries.length)).toEqual([3, 4, 5, 1]);
  expect(errors).toHaveLength(1);
});
