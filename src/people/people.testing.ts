import { oneClock } from "../base/clock.ts";
import { Directory } from "../fleet/directory.ts";
import { FleetService } from "../fleet/service.ts";
import { MemoryFleet } from "../fleet/testing.ts";
import { MemoryAccounts } from "../store/memory/accounts.ts";
import { auditOfPeople } from "./audit.ts";
import { People } from "./people.ts";
import type { Asker, Hasher, Mail, PeopleEvent, PeopleSettings } from "./types.ts";

/** 2026-03-01T12:00:00Z */
export const NOW = 1_772_366_400_000_000;
export const SECOND = 1e6;
export const MINUTE = 60 * SECOND;
export const HERE: Asker = { address: "192.0.2.1", agent: "a browser" };
export const PASSWORD = "seven green bottles";

/** Quick, and says what it was asked. */
export class QuickHasher implements Hasher {
  readonly nobody = "quick:\0";
  readonly checked: string[] = [];
  async hash(password: string): Promise<string> {
    return `quick:${password}`;
  }
  async verify(password: string, hash: string): Promise<boolean> {
    this.checked.push(hash);
    return hash === `quick:${password}`;
  }
}

/** People over the first start's fleet, in memory; the time is the test's. */
export async function makePeople(given: Partial<PeopleSettings> & { mail?: boolean } = {}) {
  const { mail = true, ...more } = given;
  const time = { now: NOW };
  let n = 0;
  const random = (size: number) => {
    n++;
    // never the same twice
    return Uint8Array.from({ length: size }, (_, i) => (i < 4 ? n >> (8 * i) : n * 31 + i * 7) & 0xff);
  };
  const directory = new Directory();
  const micros = () => time.now;
  const store = new MemoryAccounts(
    (kind, uid) =>
      files.isMaking(kind, uid) ||
      (kind === "user" ? directory.user(uid) !== undefined : directory.workspace(uid) !== undefined),
  );
  const files = new MemoryFleet(1, store);
  const fleet = new FleetService({ store: files, directory, micros, random });
  await fleet.firstRun();
  const hasher = new QuickHasher();
  const mails: Mail[] = [];
  const outage = { mail: null as Error | null };
  const mailer = {
    async send(one: Mail) {
      if (outage.mail) throw outage.mail;
      mails.push(one);
    },
  };
  const events: PeopleEvent[] = [];
  const logged: string[] = [];
  const say = (fields: object, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const settings: PeopleSettings = {
    idle: 60 * MINUTE,
    longest: 600 * MINUTE,
    mostSignIns: 3,
    mostInvitations: 4,
    publicUrl: "https://cloud.example",
    ...more,
  };
  const needs = {
    store,
    fleet,
    directory,
    hasher,
    mailer: mail ? mailer : null,
    settings,
    micros,
    clock: oneClock(micros),
    random,
    log: { debug: say, info: say, warn: say, error: say },
    note(event: PeopleEvent) {
      events.push(event);
      return auditOfPeople(event, micros());
    },
    tell: (event: PeopleEvent) => void events.push(event),
  };
  const people = new People(needs);
  await people.open();
  const owner = directory.userByEmail("owner@localhost")?.uid ?? 0;
  /** The secret at the end of a link. */
  const secretOf = (link: string) => link.slice(link.lastIndexOf("/") + 1);
  return { ...needs, people, time, mails, outage, events, logged, owner, secretOf };
}

/** The first owner with a password, signed in. */
export async function withOwner(given: Parameters<typeof makePeople>[0] = {}) {
  const world = await makePeople(given);
  await world.people.setPassword("owner@localhost", PASSWORD);
  const { cookie, signedIn } = await world.people.signIn({ email: "owner@localhost", password: PASSWORD }, HERE);
  return { ...world, cookie, signedIn };
}
