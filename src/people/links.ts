import { Refusal } from "../base/errors.ts";
import type { Micros } from "../base/types.ts";
import type { Actor } from "../fleet/audit.ts";
import type { Directory } from "../fleet/directory.ts";
import { emailOf, RULE } from "../fleet/rules.ts";
import type { Role } from "../fleet/types.ts";
import type { AccountChange, StoredLink } from "../store/ports.ts";
import { Attempts } from "./attempts.ts";
import { type Core, turnOf, withoutFactor } from "./core.ts";
import { invitationMail, resetMail } from "./letters.ts";
import { checkPassword, normalPassword } from "./password.ts";
import { hashSecret, isSecretForm, newSecret } from "./secret.ts";
import type { Asker, LinkInfo, MadeLink, PeopleEvent } from "./types.ts";

const MINUTE: Micros = 60 * 1e6;
/** How long links work, µs. */
const LIFE = { setup: 30 * MINUTE, reset: 30 * MINUTE, invitation: 7 * 24 * 60 * MINUTE } as const;
/** Where a link leads, before its secret. */
const PATH = "/link/";

export const OVER = "This link was used, has expired or was replaced by another. Ask for a new one.";

/** Whom a link is for. */
type Whom = Partial<Pick<StoredLink, "user" | "email" | "workspace" | "role" | "by">>;

/** May this person invite to a workspace with this role? Nobody gives more than they have. */
export function mayInvite(directory: Directory, by: number, workspace: number, role: Role): boolean {
  const own = directory.membershipsOf(by).find((membership) => membership.workspace === workspace)?.role;
  return own === "owner" || (own === "admin" && role !== "owner");
}

/** Links that work once: to set the first password, to reset a forgotten one, to join a workspace. */
export class Links {
  private readonly asked = new Attempts();
  /** Invitations mailed, by whom they go to: nobody is flooded, whoever invites. */
  private readonly mailed = new Attempts();
  private sending: Promise<void> = Promise.resolve();

  constructor(private readonly core: Core) {}

  /**
   * A link that sets an account's password and switches its second factor off; for who owns the data folder.
   * @param email whose; null: the first who administers the instance
   * @throws Refusal not_found
   */
  async makeSetup(email: string | null): Promise<MadeLink> {
    const { directory } = this.core.needs;
    const user =
      email === null
        ? [...directory.users()].find(({ admin }) => admin)
        : directory.userByEmail(email.trim().toLowerCase());
    if (!user)
      throw new Refusal("not_found", `There is no account ${email === null ? "of an administrator" : `"${email}"`}.`);
    const event: PeopleEvent = { what: "link_made", email: user.email, user: user.uid, address: null };
    return this.make("setup", user.email, { user: user.uid }, event);
  }

  /** A link that resets the password of an account, to be handed over. @param by uid of who asks. @throws Refusal not_found */
  async makeReset(by: number, email: string, asker: Asker): Promise<MadeLink> {
    const user = this.core.needs.directory.userByEmail(email.trim().toLowerCase());
    if (!user) throw new Refusal("not_found", "There is no account with this e-mail address.");
    const who = { email: user.email, user: user.uid, by: this.byOf(by), address: asker.address };
    return this.make("reset", user.email, { user: user.uid }, { what: "link_made", ...who });
  }

  /**
   * Somebody has forgotten a password: a link is mailed, if there is such an account and mail is set up. Whether, is not
   * told: it is decided and sent after the answer.
   * @throws Refusal too_many_attempts, for any address
   */
  askReset(email: string, asker: Asker): void {
    const { clock, directory, tell, log } = this.core.needs;
    const address = typed(email);
    this.asked.begin(address, asker.address, clock.steady());
    const user = directory.userByEmail(address);
    tell({ what: "reset_asked", email: address, user: user?.uid ?? null, address: asker.address });
    if (!user) return;
    this.sending = this.sending
      .then(() => this.sendReset(user.uid, user.email))
      .catch((error: unknown) => log.error({ error: String(error) }, "the link to reset a password was not sent"));
  }
  /** When everything that was asked for is sent, or has failed. */
  settled(): Promise<void> {
    return this.sending;
  }
  private async sendReset(user: number, email: string): Promise<void> {
    const { mailer, settings, log } = this.core.needs;
    if (mailer === null || settings.publicUrl === null)
      return log.warn(
        { account: email },
        "a password reset was asked for, but mail is not set up (--smtp-url, --public-url)",
      );
    const { link } = await this.make("reset", email, { user });
    await mailer.send(resetMail(email, link));
  }

  /**
   * Invites an address to a workspace. An earlier invitation to the same address is replaced.
   * @param by uid of the person who invites
   * @throws Refusal not_permitted, not_found, quota_exceeded, too_many_attempts; invalid_request for what is no address,
   * or a member
   */
  async invite(by: number, wish: { email: string; workspace: number; role: Role }, asker: Asker): Promise<MadeLink> {
    const { directory, mailer, settings, log } = this.core.needs;
    const workspace = directory.workspace(wish.workspace);
    if (!workspace) throw new Refusal("not_found", "There is no such workspace.");
    if (!mayInvite(directory, by, workspace.uid, wish.role))
      throw new Refusal("not_permitted", "Only owners and admins invite people, and only owners invite owners.");
    const email = emailOf(wish.email);
    if (email === null) throw new Refusal("invalid_request", `"${wish.email}" is not ${RULE.email}.`);
    const known = directory.userByEmail(email);
    if (known && directory.membershipsOf(known.uid).some((one) => one.workspace === workspace.uid))
      throw new Refusal("invalid_request", `${email} is a member of ${workspace.slug} already.`);
    if (mailer !== null) this.mailed.begin(email, email, this.core.needs.clock.steady());
    const event: PeopleEvent = {
      what: "invited",
      email,
      // whether the address has an account is not told to who invites
      user: null,
      by: this.byOf(by),
      workspace: workspace.uid,
      address: asker.address,
      detail: `${wish.role} of ${workspace.slug}`,
    };
    const made = await this.core.inTurn(async () => {
      const waiting = (await this.invitations(workspace.uid)).filter((link) => link.email !== email);
      if (waiting.length >= settings.mostInvitations)
        throw new Refusal(
          "quota_exceeded",
          `${waiting.length} invitations to ${workspace.slug} wait already (--max-invitations); withdraw some.`,
        );
      return this.make("invitation", email, { email, workspace: workspace.uid, role: wish.role, by }, event);
    });
    if (mailer === null || settings.publicUrl === null) return made;
    try {
      await mailer.send(invitationMail(email, workspace, this.core.user(by).email, made.link));
      return { ...made, mailed: true };
    } catch (error) {
      // the link is there all the same, to be handed over
      log.error({ error: String(error), to: email }, "an invitation was not mailed");
      return made;
    }
  }
  /** The invitations to a workspace that wait. */
  async invitations(workspace: number): Promise<StoredLink[]> {
    const now = this.core.needs.micros();
    const all = await this.core.needs.store.links("invitation");
    return all.filter((link) => link.workspace === workspace && link.expires > now);
  }
  /** @param by uid of who withdraws it. @throws Refusal not_found */
  async withdraw(by: number, workspace: number, email: string, asker: Asker): Promise<void> {
    const address = typed(email);
    const waiting = (await this.invitations(workspace)).some((link) => link.email === address);
    if (!waiting) throw new Refusal("not_found", "Nobody with this address is invited.");
    const who = { email: address, user: null, by: this.byOf(by), workspace, address: asker.address };
    const change: AccountChange = { op: "invitations_delete", workspace, email: address };
    await this.core.change([change], { what: "invitation_withdrawn", ...who });
  }
  private byOf(user: number): { user: number; email: string } {
    return { user, email: this.core.user(user).email };
  }

  /**
   * What a link is for. Not whether the address has an account: who invites holds the link, too, and is not to learn it.
   * @throws Refusal link_over
   */
  async look(secret: string): Promise<LinkInfo> {
    const link = await this.find(secret);
    const { directory } = this.core.needs;
    const email = link.email ?? this.core.user(link.user ?? 0).email;
    const workspace = link.workspace === null ? undefined : directory.workspace(link.workspace);
    return {
      kind: link.kind,
      email,
      expires: link.expires,
      workspace: workspace ? { slug: workspace.slug, name: workspace.name } : null,
      role: link.role,
    };
  }

  /**
   * Sets the password that a link of the kinds setup and reset is for, and signs every browser of the account out.
   * @param email a new address for the account; only a set-up link may change it
   * @returns the account's address
   * @throws Refusal link_over, weak_password, invalid_request
   */
  async setPassword(secret: string, wish: { password: string; email?: string }, asker: Asker): Promise<string> {
    const { hasher, micros } = this.core.needs;
    const link = await this.find(secret);
    if (link.user === null) throw new Refusal("link_over", OVER);
    const user = this.core.user(link.user);
    const email = wish.email === undefined || link.kind !== "setup" ? user.email : emailOf(wish.email);
    if (email === null) throw new Refusal("invalid_request", `This is not ${RULE.email}.`);
    checkPassword(wish.password, email);
    const password = await hasher.hash(normalPassword(wish.password), turnOf(asker, true));
    return this.core.inTurn(async () => {
      await this.find(secret);
      const login = await this.core.login(user.uid);
      const kept = link.kind === "setup" ? withoutFactor(login) : login;
      const changes: AccountChange[] = [
        { op: "link_take", hash: link.hash },
        { op: "login_put", login: { ...kept, password, passwordSet: micros() } },
        { op: "sign_ins_delete", user: user.uid, except: null },
        { op: "links_delete", user: user.uid, kind: "reset" },
        { op: "links_delete", user: user.uid, kind: "setup" },
      ];
      const what = link.kind === "setup" ? "set_up" : "password_reset";
      const event: PeopleEvent = { what, email, user: user.uid, address: asker.address };
      if (email === user.email) {
        this.core.signIns.dropAll(user.uid, null);
        await this.core.change(changes, event);
      } else await this.readdress(user.uid, email, changes, event, asker);
      return email;
    });
  }
  /** Gives an account another address, with what goes along. @throws Refusal invalid_request */
  private async readdress(
    uid: number,
    email: string,
    changes: readonly AccountChange[],
    event: PeopleEvent,
    asker: Asker,
  ): Promise<void> {
    const { directory, fleet, note } = this.core.needs;
    const user = this.core.user(uid);
    await fleet.edit(
      (draft) => {
        if (directory.userByEmail(email))
          throw new Refusal("invalid_request", "Another account has this e-mail address.");
        draft.drafts.push({ kind: "user", op: "put", row: { ...this.core.user(uid), email } });
        draft.accounts.push(...changes);
        draft.notes.push(() => [note(event)]);
        this.core.signIns.dropAll(uid, null);
      },
      actorOf(user, asker),
    );
  }

  tick(now: Micros): void {
    this.asked.tick(now);
    this.mailed.tick(now);
  }

  /** The link with this secret. @throws Refusal link_over */
  async find(secret: string): Promise<StoredLink> {
    const { store, micros } = this.core.needs;
    const link = isSecretForm(secret) ? await store.link(hashSecret(secret)) : null;
    if (link === null || link.expires <= micros()) throw new Refusal("link_over", OVER);
    return link;
  }
  private async make(kind: StoredLink["kind"], email: string, whom: Whom, ...events: PeopleEvent[]): Promise<MadeLink> {
    const { made, changes } = this.draft(kind, email, whom);
    await this.core.change(changes, ...events);
    return made;
  }
  /** A link, and what has to be committed for it. @param whom its account may be one that the same commit makes */
  draft(kind: StoredLink["kind"], email: string, whom: Whom): { made: MadeLink; changes: AccountChange[] } {
    const { micros, random, settings } = this.core.needs;
    const secret = newSecret(random);
    const created = micros();
    const expires = created + LIFE[kind];
    const none = { user: null, email: null, workspace: null, role: null, by: null };
    const link: StoredLink = { hash: hashSecret(secret), kind, created, expires, ...none, ...whom };
    const replaced: AccountChange =
      link.user !== null
        ? { op: "links_delete", user: link.user, kind }
        : { op: "invitations_delete", workspace: link.workspace ?? 0, email };
    const made = { link: `${settings.publicUrl ?? ""}${PATH}${secret}`, email, expires, mailed: false };
    return { made, changes: [replaced, { op: "link_put", link }] };
  }
}

/** A user as who acts, for the audit log. */
export function actorOf({ uid, email }: { uid: number; email: string }, { address }: Asker): Actor {
  return { key: `u:${uid}`, name: email, from: address };
}

/** An address as a person typed it, bounded, for comparing. */
function typed(email: string): string {
  return email.trim().toLowerCase().slice(0, 320);
}
