import { afterAll, describe, expect, test } from "bun:test";
import { Secret, TOTP } from "otpauth";
import { oneClock } from "../../src/base/clock.ts";
import { Refusal } from "../../src/base/errors.ts";
import { auditOfPeople } from "../../src/people/audit.ts";
import { HERE, MINUTE, NOW, PASSWORD, QuickHasher } from "../../src/people/people.testing.ts";
import { People } from "../../src/people/people.ts";
import type { GivenTicket } from "../../src/store/ports.ts";
import { PostgresDataStore } from "../../src/store/postgres/data/store.ts";
import { have } from "../run/have.ts";
import { newSchema, startPostgres } from "../run/postgres.ts";
import { until } from "../run/until.ts";
import { FleetNode } from "./fleet-node.ts";

const EMAIL = "owner@localhost";
const codeOf = (why: unknown): string => (why instanceof Refusal ? why.code : String(why));

/** The people of a node; the time is the test's. @param tickets those that the node hears of */
async function peopleOf(
  { store, service, directory }: FleetNode,
  time: { now: number },
  tickets: GivenTicket[],
): Promise<People> {
  const micros = () => time.now;
  const say = (): void => {};
  const people = new People({
    store: store.accounts,
    fleet: service,
    directory,
    hasher: new QuickHasher(),
    mailer: null,
    settings: { idle: 60 * MINUTE, longest: 600 * MINUTE, mostSignIns: 9, mostInvitations: 4, publicUrl: null },
    micros,
    clock: oneClock(micros),
    random: (n) => crypto.getRandomValues(new Uint8Array(n)),
    log: { debug: say, info: say, warn: say, error: say },
    note: (event) => auditOfPeople(event, micros()),
    tell: say,
    ticket: (ticket) => void tickets.push(ticket),
  });
  await people.open();
  return people;
}

if (have("postgresql"))
  describe("people of several nodes on one PostgreSQL", async () => {
    const server = await startPostgres({ fsync: "off" });
    const schema = newSchema();
    const data = new PostgresDataStore({ address: server.address(schema) });
    await data.open();
    const nodes = [await FleetNode.of(server, schema, 11), await FleetNode.of(server, schema, 12)] as const;
    const time = { now: NOW };
    await nodes[0].service.firstRun(EMAIL);
    await settled();
    const tickets: [GivenTicket[], GivenTicket[]] = [[], []];
    const one = await peopleOf(nodes[0], time, tickets[0]);
    const two = await peopleOf(nodes[1], time, tickets[1]);
    const user = nodes[0].directory.userByEmail(EMAIL)?.uid ?? 0;
    await one.setPassword(EMAIL, PASSWORD);
    afterAll(async () => {
      await Promise.all(nodes.map((node) => node.end()));
      await data.close();
      await server.remove();
    });
    /** All of it took effect on both. */
    function settled(): Promise<unknown> {
      return until("both know the same", () => nodes[0].revisions.known === nodes[1].revisions.known);
    }
    const signIn = (on: People, code?: string) => on.signIn({ email: EMAIL, password: PASSWORD, code }, HERE);

    test("who is signed in on one is so on the other, and whoever is signed out on one is so on both", async () => {
      const [first, second] = [await signIn(one), await signIn(two)];
      await settled();
      for (const on of [one, two])
        for (const { cookie, signedIn } of [first, second]) expect(on.session(cookie)).toEqual(signedIn);
      expect(two.sessions(user)).toHaveLength(2);
      await two.signOut(user, first.signedIn.hash, HERE);
      await settled();
      expect([one, two].map((on) => on.session(first.cookie))).toEqual([null, null]);
      await one.changePassword(user, { current: PASSWORD, next: `${PASSWORD}!` }, "", HERE);
      await settled();
      expect(two.session(second.cookie)).toBeNull();
      expect(await signIn(two).then(() => "in", codeOf)).toBe("sign_in_failed");
      await two.setPassword(EMAIL, PASSWORD);
    });

    test("a browser that is used on one node is not idle on the other", async () => {
      const { cookie } = await signIn(one);
      await settled();
      time.now += 50 * MINUTE;
      expect(two.session(cookie)).not.toBeNull();
      await two.tick();
      await settled();
      time.now += 30 * MINUTE;
      await one.tick();
      expect(one.session(cookie)).not.toBeNull();
      time.now += 70 * MINUTE;
      await one.tick();
      await settled();
      expect([one, two].map((on) => on.session(cookie))).toEqual([null, null]);
      expect(await nodes[0].store.accounts.signIns()).toEqual([]);
    });

    test("a code of the second factor works once, whichever node is asked", async () => {
      const { signedIn } = await signIn(one);
      const { secret } = await one.factor.begin(user, PASSWORD, HERE);
      const totp = new TOTP({ secret: Secret.fromBase32(secret) });
      const code = () => totp.generate({ timestamp: time.now / 1000 });
      await one.factor.confirm(user, code(), signedIn.hash, HERE);
      time.now += MINUTE;
      const both = await Promise.allSettled([signIn(one, code()), signIn(two, code())]);
      expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      const refused = both.flatMap((outcome) => (outcome.status === "rejected" ? [codeOf(outcome.reason)] : []));
      expect(refused).toEqual(["sign_in_failed"]);
    });

    test("what a browser begins with another service it may finish on any node, once", async () => {
      const flow = { state: "s", nonce: "n", verifier: "v" };
      const text = one.elsewhere.begun(flow);
      const both = await Promise.allSettled([two.elsewhere.take(text), one.elsewhere.take(text)]);
      const good = both.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
      expect(good).toEqual([flow]);
      const late = one.elsewhere.begun(flow);
      time.now += 10 * MINUTE;
      expect(await two.elsewhere.take(late).then(() => "taken", codeOf)).toBe("sign_in_failed");
    });

    test("a ticket that one node gives is known to all, and works once", async () => {
      await two.tellTicket("1".repeat(40), { key: "u:1", signIn: "browser", page: null });
      await settled();
      expect(tickets[0]).toMatchObject([{ key: "u:1", signIn: "browser", page: null }]);
      expect(tickets[1]).toEqual(tickets[0]);
      const spend = ({ revisions }: FleetNode) => revisions.spend("ticket x", time.now + MINUTE, time.now);
      expect((await Promise.all(nodes.map(spend))).sort()).toEqual([false, true]);
      time.now += 2 * MINUTE;
      expect(await spend(nodes[0])).toBe(true);
    });
  });
