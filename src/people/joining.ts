import { Refusal } from "../base/errors.ts";
import { type Actor, COMMAND_LINE } from "../fleet/audit.ts";
import type { FleetChange, FleetRows } from "../fleet/types.ts";
import type { AccountChange, StoredLink, StoredLogin } from "../store/ports.ts";
import { type Core, emptyLogin, turnOf } from "./core.ts";
import { uidOf } from "./create.ts";
import { actorOf, type Links, mayInvite, OVER } from "./links.ts";
import { checkPassword, normalPassword } from "./password.ts";
import type { Asker, Identity, PeopleEvent } from "./types.ts";

const VOID = "Who invited you may not do so any more. Ask another member.";

type User = FleetRows["user"];
/** A link that invites, with all that such a link has. */
type Invitation = StoredLink & { [K in "email" | "workspace" | "role"]: NonNullable<StoredLink[K]> };

function isInvitation(link: StoredLink): link is Invitation {
  return link.email !== null && link.workspace !== null && link.role !== null;
}

/**
 * People who come into workspaces by invitations. All that an acceptance does (the account, its password, the memberships, the
 * links that are used up, the lines in the audit log) is one transaction: otherwise a crash between two could leave somebody with an
 * account that has no password, and a link that does not work any more.
 */
export class Joining {
  constructor(
    private readonly core: Core,
    private readonly links: Links,
  ) {}

  /**
   * Accepts an invitation. An address without an account gets one with this password. One that has an account joins when
   * it is signed in: who holds a link alone must not come into somebody's account, nor bring somebody's account along.
   * @param signedIn uid of who is signed in; null: nobody
   * @throws Refusal link_over, sign_in_needed, weak_password, not_permitted
   */
  async accept(secret: string, password: string | null, signedIn: number | null, asker: Asker): Promise<string> {
    const { directory, hasher, micros } = this.core.needs;
    const link = await this.links.find(secret);
    if (!isInvitation(link)) throw new Refusal("link_over", OVER);
    const { email } = link;
    const isNew = directory.userByEmail(email) === undefined;
    if (isNew && password !== null) checkPassword(password, email);
    if (isNew && password === null) throw noPassword();
    const hash = isNew && password !== null ? await hasher.hash(normalPassword(password), turnOf(asker, true)) : null;
    return this.core.inTurn(async () => {
      await this.links.find(secret);
      return this.use(link, signedIn, asker, (user, known) => {
        if (known) return [];
        if (hash === null) throw noPassword();
        return [{ op: "login_put", login: { ...emptyLogin(user), password: hash, passwordSet: micros() } }];
      });
    });
  }
  /**
   * The same for who has proven to be this account; within a turn (Core.inTurn).
   * @param login to be stored with it, since a code was used up; null: as it was
   */
  async acceptAs(secret: string, user: number, login: StoredLogin | null, asker: Asker): Promise<string> {
    const link = await this.links.find(secret);
    if (!isInvitation(link)) throw new Refusal("link_over", OVER);
    return this.use(link, user, asker, (_, known) => {
      if (!known) throw noPassword();
      return login === null ? [] : [{ op: "login_put", login }];
    });
  }
  private async use(
    link: Invitation,
    signedIn: number | null,
    asker: Asker,
    also: (user: number, known: User | undefined) => readonly AccountChange[],
  ): Promise<string> {
    const { email } = link;
    await this.join(email, [link], asker, (user, known) => {
      if (!this.mayStill(link)) throw new Refusal("link_over", VOID);
      if (known && known.uid !== signedIn)
        throw new Refusal("sign_in_needed", `${email} has an account here. Sign in with it, then open the link again.`);
      return also(user, known);
    });
    return email;
  }

  /**
   * Accepts the invitations of an address that another service has verified, and notes who that service says it is.
   * @returns uid of the account; null: no invitation waits
   */
  acceptVerified(identity: Identity & { readonly email: string }, asker: Asker): Promise<number | null> {
    const { store, micros } = this.core.needs;
    const { issuer, subject, email } = identity;
    return this.core.inTurn(async () => {
      const now = micros();
      const all = (await store.links("invitation")).filter(isInvitation);
      const waiting = all.filter((link) => link.email === email && link.expires > now && this.mayStill(link));
      if (waiting.length === 0) return null;
      const linked = (user: number): AccountChange[] => [
        { op: "identity_put", identity: { issuer, subject, user, created: now } },
      ];
      return this.join(email, waiting, asker, linked, [{ what: "identity_linked", detail: issuer }]);
    });
  }

  private mayStill({ by, workspace, role }: Invitation): boolean {
    return by === null || mayInvite(this.core.needs.directory, by, workspace, role);
  }

  /**
   * Uses invitations of an address up: makes the account if need be, and the memberships.
   * @param also what else is to be committed of the account; what it throws leaves everything as it is
   * @param told what else is to be noted of it
   * @returns uid of the account
   * @throws Refusal link_over: who invited may not do so any more
   */
  private async join(
    email: string,
    invitations: readonly Invitation[],
    asker: Asker,
    also: (user: number, known: User | undefined) => readonly AccountChange[],
    told: readonly Pick<PeopleEvent, "what" | "detail">[] = [],
  ): Promise<number> {
    const { directory, fleet, note } = this.core.needs;
    const { address } = asker;
    let before: User | undefined;
    await fleet.edit(
      (draft) => {
        const known = directory.userByEmail(email);
        before = known;
        const user = known?.uid ?? draft.temporary();
        const changes = also(user, known);
        // looked at in the turn of the fleet: rights may have changed while this waited for it
        const good = invitations.filter((one) => this.mayStill(one));
        if (good.length === 0) throw new Refusal("link_over", VOID);
        if (!known) draft.drafts.push({ kind: "user", op: "put", row: { uid: user, email, admin: false } });
        const member = new Set((known ? directory.membershipsOf(known.uid) : []).map(({ workspace }) => workspace));
        for (const { hash, workspace, role } of good) {
          draft.accounts.push({ op: "link_take", hash });
          if (member.has(workspace)) continue;
          draft.drafts.push({ kind: "membership", op: "put", row: { uid: 0, user, workspace, role } });
          member.add(workspace);
        }
        draft.accounts.push(...changes);
        draft.notes.push((made) => {
          const who = { email, user: known?.uid ?? uidOf(made, email), address };
          const joined = good.map(({ workspace, role }): PeopleEvent => {
            const detail = `${role} of ${directory.workspace(workspace)?.slug ?? ""}`;
            return { what: "joined", ...who, workspace, detail };
          });
          return [...joined, ...told.map((one) => ({ ...who, ...one }))].map(note);
        });
      },
      (change) => (before ? actorOf(before, asker) : this.inviterOf(change, invitations, asker)),
    );
    const user = directory.userByEmail(email);
    if (!user) throw new Error("the account that was made is not in the directory");
    return user.uid;
  }
  /** Whoever invited is behind what an acceptance makes. */
  private inviterOf(change: FleetChange, invitations: readonly Invitation[], asker: Asker): Actor {
    const to = change.kind === "membership" && change.op === "put" ? change.row.workspace : null;
    const { by } = invitations.find(({ workspace }) => workspace === to) ?? invitations[0] ?? { by: null };
    const user = by === null ? undefined : this.core.needs.directory.user(by);
    return user ? actorOf(user, asker) : COMMAND_LINE;
  }
}

function noPassword(): Refusal {
  return new Refusal("weak_password", "Choose a password for the account that is made for you.");
}
