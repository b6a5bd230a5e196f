import { expect, test } from "bun:test";
import { hashToken } from "../fleet/token.ts";
import { isTokenForm } from "./token.ts";
import { TICKET_LIFE, Tickets } from "./tickets.ts";

const PAGE = "https://cloud.example";

function world() {
  const ended: string[] = [];
  let n = 0;
  const tickets = new Tickets((key, uid) => ended.push(`${key} ${uid}`));
  const random = (size: number) => new Uint8Array(size).fill(++n);
  const issue = (signIn: string, now = 0, page: string | null = PAGE) =>
    tickets.issue({ key: "u:1", signIn, page }, random, now);
  return { tickets, issue, ended };
}

test("a ticket has the form of a token, works once, and is of the browser that asked", () => {
  const { tickets, issue } = world();
  const ticket = issue("one");
  expect(isTokenForm(ticket)).toBe(true);
  expect(tickets.take(ticket, PAGE, 1)).toEqual({ key: "u:1", uid: -1 });
  expect(tickets.take(ticket, PAGE, 2)).toBeNull();
  expect(tickets.take(issue("one"), PAGE, 3)?.uid).toBe(-1);
  expect(tickets.take(issue("two"), PAGE, 3)?.uid).toBe(-2);
});

test.each<[string, string | null | undefined, number]>([
  ["after a minute", PAGE, TICKET_LIFE],
  ["of another origin", "https://evil.example", 1],
  ["of no page", null, 1],
  ["over no WebSocket", undefined, 1],
])("%s it is not good, and used up by that", (_, page, now) => {
  const { tickets, issue } = world();
  const ticket = issue("one");
  expect(tickets.take(ticket, page, now)).toBeNull();
  expect(tickets.take(ticket, PAGE, 1)).toBeNull();
});

test("signing out ends tickets that wait, and what was opened, of that browser alone", () => {
  const { tickets, issue, ended } = world();
  const [mine, other] = [issue("one"), issue("two")];
  tickets.signedOut("one");
  expect(ended).toEqual(["u:1 -1"]);
  expect(tickets.take(mine, PAGE, 1)).toBeNull();
  expect(tickets.take(other, PAGE, 1)?.uid).toBe(-2);
  tickets.signedOut("one");
  tickets.signedOut("nobody");
  expect(ended).toHaveLength(1);
});

test("few wait for one browser, and none longer than it lives", () => {
  const { tickets, issue } = world();
  const many = Array.from({ length: 10 }, () => issue("one"));
  expect(many.map((one) => tickets.take(one, PAGE, 1) !== null)).toEqual([false, false, ...Array(8).fill(true)]);
  const old = issue("one", 0);
  issue("two", TICKET_LIFE);
  expect(tickets.take(old, PAGE, 1)).toBeNull();
});

test("among several nodes each takes those of all, and who comes second, on whichever, is cut off", async () => {
  const spent = new Set<string>();
  const pair = [world(), world()] as const;
  for (const { tickets } of pair)
    tickets.spend = async (hash) => {
      const isFirst = !spent.has(hash);
      spent.add(hash);
      return isFirst;
    };
  const [one, two] = pair;
  const tell = (ticket: string): string => {
    const holder = { key: "u:1", signIn: "one", page: PAGE };
    for (const { tickets } of pair) tickets.given(hashToken(ticket), holder, 0);
    return ticket;
  };
  const ticket = tell(one.issue("one"));
  expect(two.tickets.take(ticket, PAGE, 1)).toEqual({ key: "u:1", uid: -1 });
  await Bun.sleep(0);
  expect([one.ended, two.ended]).toEqual([[], []]);
  expect(one.tickets.take(ticket, PAGE, 1)).toEqual({ key: "u:1", uid: -1 });
  await Bun.sleep(0);
  expect([one.ended, two.ended]).toEqual([["u:1 -1"], []]);
  // so it is when it was wasted elsewhere
  const wasted = tell(one.issue("one"));
  expect(two.tickets.take(wasted, "https://evil.example", 1)).toBeNull();
  await Bun.sleep(0);
  expect(one.tickets.take(wasted, PAGE, 1)).not.toBeNull();
  await Bun.sleep(0);
  expect(one.ended).toHaveLength(2);
});
