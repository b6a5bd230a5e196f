import { senderOf } from "../base/address.ts";
import { Refusal } from "../base/errors.ts";
import { InTurn } from "../base/in-turn.ts";
import type { Clock, Log, Micros } from "../base/types.ts";
import type { AuditEntry } from "../fleet/audit.ts";
import type { Directory } from "../fleet/directory.ts";
import type { FleetService } from "../fleet/service.ts";
import type { Random } from "../fleet/token.ts";
import type { FleetRows } from "../fleet/types.ts";
import type { AccountChange, StoredLogin } from "../store/ports.ts";
import { Attempts, decided } from "./attempts.ts";
import { normalPassword } from "./password.ts";
import type { Turn } from "./queue.ts";
import { newSecret } from "./secret.ts";
import type { SignInNeeds } from "./sign-in-needs.ts";
import { SignIns } from "./sign-ins.ts";
import type { Asker, Hasher, Mailer, PeopleEvent, SignedIn } from "./types.ts";

export interface PeopleNeeds extends SignInNeeds {
  readonly fleet: FleetService;
  readonly directory: Directory;
  readonly hasher: Hasher;
  /** Null: nothing can be mailed; links are handed over. */
  readonly mailer: Mailer | null;
  /** µs since the epoch, of the clock as far as it is believed: what is stored ends by it. */
  readonly micros: () => Micros;
  /** For codes that others make by their clocks, and for durations. */
  readonly clock: Pick<Clock, "micros" | "steady">;
  readonly random: Random;
  readonly log: Log;
  /** What was done, as a line of the audit log: it goes into the transaction that does it. */
  readonly note: (event: PeopleEvent) => AuditEntry;
  /** Hears of what strangers did, which changes nothing; it must not wait for the disk with each. */
  readonly tell: (event: PeopleEvent) => void;
}

/** More is no password that anybody typed; it is not hashed. */
const MOST_TYPED = 1024;

/** What the parts of this room share: who is signed in, attempts, and one change of an account after the other. */
export class Core {
  readonly signIns: SignIns;
  /** Passwords that were tried. */
  readonly attempts = new Attempts();
  /** Codes of second factors that were tried: by themselves, since a right password must not forgive them. */
  readonly codeAttempts = new Attempts();
  private readonly turns = new InTurn();

  constructor(readonly needs: PeopleNeeds) {
    this.signIns = new SignIns(needs);
    needs.directory.onChange((changes) => {
      for (const change of changes)
        if (change.kind === "user" && change.op === "delete") this.signIns.dropAll(change.uid, null);
    });
  }

  /** The account with this uid. @throws Refusal not_found */
  user(uid: number): FleetRows["user"] {
    const user = this.needs.directory.user(uid);
    if (!user) throw new Refusal("not_found", "There is no such account any more.");
    return user;
  }
  async login(user: number): Promise<StoredLogin> {
    return (await this.needs.store.login(user)) ?? emptyLogin(user);
  }

  /** Whether this is the password; takes the same time for an account that has none, and for null, who is nobody. */
  async isPassword(user: number | null, password: string, turn: Turn): Promise<StoredLogin | null> {
    const { store, hasher } = this.needs;
    // uids begin with 1
    const login = await store.login(user ?? 0);
    const typed = password.length > MOST_TYPED ? "" : normalPassword(password);
    const right = await hasher.verify(typed, login?.password ?? hasher.nobody, turn);
    return right && login?.password != null && typed !== "" ? login : null;
  }

  /** The turn of who says to be this account: who has a session from the same sender goes before strangers. */
  turnOf(user: number | null, asker: Asker): Turn {
    const sender = senderOf(asker.address);
    const own = user === null ? [] : this.signIns.of(user, this.needs.micros());
    return turnOf(
      asker,
      own.some(({ address }) => senderOf(address) === sender),
    );
  }

  /**
   * Asks somebody who is signed in for the password again, as for everything that changes how one signs in.
   * @throws Refusal sign_in_failed, too_many_attempts
   */
  async prove(user: number, password: string, asker: Asker): Promise<StoredLogin> {
    const { email } = this.user(user);
    const attempt = this.attempts.begin(email, asker.address, this.needs.clock.steady());
    const login = await decided(attempt, this.isPassword(user, password, turnOf(asker, true)));
    if (login === null) throw new Refusal("sign_in_failed", "This is not the password of your account.");
    attempt.succeeded();
    return login;
  }

  /**
   * Counts a try of a second factor's code. @returns what `check` found
   * @throws Refusal too_many_attempts
   */
  tryCode<T>(email: string, asker: Asker, check: () => T | null): T | null {
    const attempt = this.codeAttempts.begin(email, asker.address, this.needs.clock.steady());
    const found = check();
    if (found !== null) attempt.succeeded();
    return found;
  }

  /** Commits changes with their lines in the audit log. */
  change(changes: readonly AccountChange[], ...events: PeopleEvent[]): Promise<void> {
    return this.needs.store.change(changes, events.map(this.needs.note));
  }

  /**
   * A new session: never one that the browser brought along.
   * @param login to be stored with it
   * @param detail for the audit log
   */
  async enter(
    user: number,
    login: StoredLogin | null,
    asker: Asker,
    detail?: string,
  ): Promise<{ cookie: string; signedIn: SignedIn }> {
    const { micros, random } = this.needs;
    const cookie = newSecret(random);
    const { signIn, changes } = this.signIns.draft(user, cookie, asker, micros());
    const who = { email: this.user(user).email, user, address: asker.address };
    const over: PeopleEvent = { what: "signed_out", ...who, detail: "more browsers than --max-sign-ins" };
    await this.change(
      login === null ? changes : [{ op: "login_put", login }, ...changes],
      ...(changes.length > 1 ? [over] : []),
      { what: "signed_in", ...who, ...(detail !== undefined && { detail }) },
    );
    this.signIns.added(signIn);
    const signedIn = this.signIns.find(cookie, micros());
    if (signedIn === null) throw new Refusal("sign_in_failed", "You were signed out at this moment. Sign in again.");
    return { cookie, signedIn };
  }

  /** Reads, decides and writes without another change in between, of another node neither; the slow hashes are made before. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const { revisions } = this.needs.store;
    return this.turns.run(() => (revisions ? revisions.decide(work, true) : work()));
  }
}

/** Under whom a sign-in waits for its turn. @param known it has proven something: a session, a link, the data folder */
export function turnOf(asker: Asker, known: boolean): Turn {
  return { sender: senderOf(asker.address), known };
}

export function emptyLogin(user: number): StoredLogin {
  return {
    user,
    password: null,
    passwordSet: 0,
    totpSecret: null,
    totpConfirmed: false,
    totpStep: 0,
    recoveryCodes: [],
  };
}

/** An account without its second factor. */
export function withoutFactor(login: StoredLogin): StoredLogin {
  return { ...login, totpSecret: null, totpConfirmed: false, totpStep: 0, recoveryCodes: [] };
}
