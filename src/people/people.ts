import { Refusal } from "../base/errors.ts";
import { hashToken } from "../fleet/token.ts";
import type { AccountChange, GivenTicket, StoredLogin, StoredSignIn } from "../store/ports.ts";
import { decided } from "./attempts.ts";
import { Core, turnOf, type PeopleNeeds } from "./core.ts";
import { createAccount, type NewAccount } from "./create.ts";
import { Elsewhere } from "./elsewhere.ts";
import { SecondFactor, useCode } from "./factor.ts";
import { type AccountInfo, accountInfo } from "./info.ts";
import { Joining } from "./joining.ts";
import { Links } from "./links.ts";
import { checkPassword, normalPassword } from "./password.ts";
import { Preferences } from "./preferences.ts";
import type { Asker, Credentials, MadeLink, PeopleEvent, SignedIn } from "./types.ts";

const WRONG = "The e-mail address or the password is wrong.";

/**
 * People and how they prove who they are: passwords, sessions of browsers, second factors, links. Only hashes are
 * stored; nothing here is ever logged but addresses.
 */
export class People {
  readonly links: Links;
  readonly joining: Joining;
  readonly factor: SecondFactor;
  readonly elsewhere: Elsewhere;
  readonly preferences: Preferences;
  private readonly core: Core;

  constructor(readonly needs: PeopleNeeds) {
    this.core = new Core(needs);
    this.links = new Links(this.core);
    this.factor = new SecondFactor(this.core);
    this.joining = new Joining(this.core, this.links);
    this.elsewhere = new Elsewhere(this.core, this.joining);
    this.preferences = new Preferences(this.core);
  }

  /** Reads who is signed in. */
  open(): Promise<void> {
    return this.core.signIns.open();
  }

  /**
   * Signs a browser in. An address that nobody has is answered like a wrong password, in words and in time.
   * @returns the secret for a cookie, a new one each time
   * @throws Refusal sign_in_failed, second_factor_needed, too_many_attempts
   */
  signIn(given: Credentials, asker: Asker): Promise<{ cookie: string; signedIn: SignedIn }> {
    return this.proven(given, asker, (user, used) => this.core.enter(user, used, asker));
  }
  /**
   * Accepts an invitation for the account of its address, as who gives the account's password; no browser is signed in by it.
   * @returns the address
   * @throws Refusal as signIn and Joining.accept
   */
  joinAs(secret: string, given: Credentials, asker: Asker): Promise<string> {
    return this.proven(given, asker, (user, used) => this.joining.acceptAs(secret, user, used, asker));
  }
  /**
   * Proves who asks and signs no browser in: for a program that gets a token.
   * @returns number of the user @throws Refusal as signIn
   */
  identify(given: Credentials, asker: Asker): Promise<number> {
    return this.proven(given, asker, async (user, used) => {
      const who = { email: this.core.user(user).email, user, address: asker.address, detail: "for a token" };
      await this.core.change(used === null ? [] : [{ op: "login_put", login: used }], { what: "signed_in", ...who });
      return user;
    });
  }
  /** Runs `work` in the turn in which it is proven who asks. `used`: the login without the code that was used up; null: none was. */
  private async proven<T>(
    given: Credentials,
    asker: Asker,
    work: (user: number, used: StoredLogin | null) => Promise<T>,
  ): Promise<T> {
    const { clock, directory, tell } = this.core.needs;
    const email = given.email.trim().toLowerCase().slice(0, 320);
    const attempt = this.core.attempts.begin(email, asker.address, clock.steady());
    const user = directory.userByEmail(email)?.uid ?? null;
    const proven = await decided(attempt, this.core.isPassword(user, given.password, this.core.turnOf(user, asker)));
    if (user === null || proven === null) {
      tell({ what: "sign_in_refused", email, user, address: asker.address, detail: "password" });
      throw new Refusal("sign_in_failed", WRONG);
    }
    return this.core.inTurn(async () => {
      const login = await decided(attempt, this.core.login(user));
      if (login.password !== proven.password) throw new Refusal("sign_in_failed", WRONG);
      if (login.totpConfirmed && (given.code ?? "") === "") {
        attempt.undo();
        throw new Refusal("second_factor_needed", "Enter the code of your app, too, or a recovery code.");
      }
      const code = given.code ?? "";
      const tried = async () => this.core.tryCode(email, asker, () => useCode(login, code, clock.micros()));
      const used = login.totpConfirmed ? await decided(attempt, tried()) : login;
      if (used === null) {
        tell({ what: "sign_in_refused", email, user, address: asker.address, detail: "second factor" });
        throw new Refusal("sign_in_failed", "The code is wrong, or was used; wait for the next one.");
      }
      const done = await decided(attempt, work(user, used === login ? null : used));
      attempt.succeeded();
      return done;
    });
  }

  /** Among several nodes the others know of a ticket when this resolves (src/auth/tickets.ts). */
  async tellTicket(secret: string, holder: Omit<GivenTicket, "hash">): Promise<void> {
    const { store } = this.core.needs;
    if (store.revisions) await store.change([{ op: "ticket_put", ticket: { hash: hashToken(secret), ...holder } }]);
  }
  /** @param hear that a browser was signed out, by whatever and on whichever node */
  onSignedOut(hear: () => void): void {
    this.core.signIns.signedOut = hear;
  }
  /** Whose cookie this is; null: it is not good any more. @param use whether it counts as a use of the session */
  session(cookie: string, use = true): SignedIn | null {
    return this.core.signIns.find(cookie, this.core.needs.micros(), use);
  }
  /** The browsers of an account. */
  sessions(user: number): StoredSignIn[] {
    return this.core.signIns.of(user, this.core.needs.micros());
  }
  async signOut(user: number, hash: string, asker: Asker): Promise<void> {
    const { email } = this.core.user(user);
    await this.core.signIns.end(
      hash,
      this.core.needs.note({ what: "signed_out", email, user, address: asker.address }),
    );
  }
  /** Signs all browsers of an account out. @param except hash of one that stays */
  async signOutEverywhere(user: number, except: string | null, asker: Asker): Promise<void> {
    const { email } = this.core.user(user);
    this.core.signIns.dropAll(user, except);
    const event: PeopleEvent = { what: "signed_out_everywhere", email, user, address: asker.address };
    await this.core.change([{ op: "sign_ins_delete", user, except }], event);
  }

  /**
   * Changes the password and signs the account's other browsers out.
   * @param keep hash of the sign-in that asks
   * @throws Refusal sign_in_failed, weak_password, too_many_attempts
   */
  async changePassword(
    user: number,
    wish: { readonly current: string; readonly next: string },
    keep: string,
    asker: Asker,
  ): Promise<void> {
    const { hasher, micros } = this.core.needs;
    const { email } = this.core.user(user);
    checkPassword(wish.next, email);
    const proven = await this.core.prove(user, wish.current, asker);
    const password = await hasher.hash(normalPassword(wish.next), turnOf(asker, true));
    await this.core.inTurn(async () => {
      const login = await this.core.login(user);
      if (login.password !== proven.password) throw new Refusal("sign_in_failed", WRONG);
      this.core.signIns.dropAll(user, keep);
      const changes: AccountChange[] = [
        { op: "login_put", login: { ...login, password, passwordSet: micros() } },
        { op: "sign_ins_delete", user, except: keep },
        { op: "links_delete", user, kind: "reset" },
      ];
      await this.core.change(changes, { what: "password_changed", email, user, address: asker.address });
    });
  }

  /** Sets a password without a link, for who owns the data folder. @throws Refusal not_found, weak_password */
  async setPassword(email: string, wished: string): Promise<void> {
    const { directory, hasher, micros } = this.core.needs;
    const user = directory.userByEmail(email.trim().toLowerCase());
    if (!user) throw new Refusal("not_found", `There is no account "${email}".`);
    checkPassword(wished, user.email);
    const password = await hasher.hash(normalPassword(wished), { sender: "", known: true });
    await this.core.inTurn(async () => {
      const login = await this.core.login(user.uid);
      this.core.signIns.dropAll(user.uid, null);
      const changes: AccountChange[] = [
        { op: "login_put", login: { ...login, password, passwordSet: micros() } },
        { op: "sign_ins_delete", user: user.uid, except: null },
      ];
      await this.core.change(changes, { what: "set_up", email: user.email, user: user.uid, address: null });
    });
  }

  /** Makes an account, for who owns the data folder; see createAccount. */
  create(wish: NewAccount): Promise<{ email: string; setup: MadeLink | null }> {
    return createAccount(this.core, this.links, wish);
  }

  /** Whether the account has a password. */
  async hasPassword(user: number): Promise<boolean> {
    return (await this.core.login(user)).password !== null;
  }
  info(user: number): Promise<AccountInfo> {
    return accountInfo(this.core, user);
  }

  /** By the clock, about once a minute: stores what was used, forgets what is over. */
  async tick(): Promise<void> {
    const { clock, micros, store } = this.core.needs;
    const now = micros();
    this.core.attempts.tick(clock.steady());
    this.core.codeAttempts.tick(clock.steady());
    this.links.tick(clock.steady());
    await this.core.signIns.tick(now);
    await store.change([{ op: "expire", before: now }]);
  }
}
