import { Refusal } from "../base/errors.ts";
import { accountNameOf } from "./account-name.ts";
import { InTurn } from "../base/in-turn.ts";
import { inTurns } from "../base/turns.ts";
import { type Actor, type AuditWriter, auditInSteps, COMMAND_LINE, FIRST_START } from "./audit.ts";
import { type Directory, ownerKey } from "./directory.ts";
import { draftDemo, newHome } from "./demo.ts";
import { readApart } from "./file.ts";
import { type Plan, planInSteps } from "./plan.ts";
import { createToken } from "./edit/accounts.ts";
import { Draughtsman, type Supplies } from "./plan-draft.ts";
import { ownerMeant, tokenMeant } from "./meant.ts";
import { emailOf, RULE } from "./rules.ts";
import type { ServiceNeeds } from "./service-needs.ts";
import { isTokenForm } from "./token.ts";
import type { FleetChange, Token } from "./types.ts";
import { completed } from "./uuids.ts";

/** What the very first start made; `workspace`: slug of the owner's first one. */
export interface FirstRun {
  readonly email: string;
  readonly token: string;
  readonly workspace: string;
}
/** Name of the token that the very first start makes. */
export const FIRST_TOKEN = "first start";
/** A token as lists show it: everything but the token. */
export interface TokenInfo {
  readonly uid: number;
  readonly hint: string;
  readonly name: string;
  /** E-mail address, or "name@workspace-slug" of an API user. */
  readonly owner: string;
  readonly created: number;
  readonly expires: number | null;
}

/**
 * The operations behind the commands. Each is decided, committed and applied to the directory one after the other, so
 * no two of them decide on the same state, those of other nodes neither: when one was first, what decides does so again.
 */
export class FleetService {
  private readonly directory: Directory;
  private readonly turns = new InTurn();

  constructor(private readonly needs: ServiceNeeds) {
    this.directory = needs.directory;
    needs.store.revisions?.follow(({ changes }) => this.apply(changes));
  }
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const { revisions } = this.needs.store;
    return this.turns.run(() => (revisions ? revisions.decide(work) : work()));
  }
  private apply(changes: readonly FleetChange[]): Promise<void> {
    return inTurns(this.directory.applyInSteps(changes));
  }

  /**
   * Brings the fleet to what a fleet file says; with dryRun it only says what that would do.
   * @param options by: for the audit log, here as everywhere; before: hears of the plan before it is committed, may throw
   * @throws Refusal invalid_fleet, immutable; storage_unavailable. Nothing is changed then.
   */
  async applyFile(
    text: string,
    options: { readonly dryRun?: boolean; readonly by?: Actor; readonly before?: (plan: Plan) => void } = {},
  ): Promise<Plan> {
    const reading = readApart(text);
    reading.catch(() => {}); // what is wrong with it is told in its turn
    return this.inTurn(async () => {
      const file = await reading;
      const made = await inTurns(planInSteps(this.directory, file, this.supplies()));
      if (!options.dryRun) options.before?.(made);
      await this.commit(options.dryRun ? [] : made.drafts, options.by);
      return made;
    });
  }

  private supplies(): Supplies {
    const { micros, random, topics, whyNever } = this.needs;
    return { now: micros(), random, topics, whyNever };
  }

  /**
   * Decides on the fleet of this moment and commits what was drafted. What `decide` throws leaves everything as it is, so
   * rights and the state that a change is meant for are looked at in it.
   * Nothing else changes the fleet while it decides, so it may take several turns; rights are looked at in the last of them.
   * @param by for the audit log: who acts, or who is behind each change
   * @returns what `decide` returned, once its drafts are committed and in the directory
   * @throws Refusal storage_unavailable, and what `decide` throws
   */
  edit<T>(decide: (draft: Draughtsman) => T | Promise<T>, by?: Actor | ((change: FleetChange) => Actor)): Promise<T> {
    return this.inTurn(async () => {
      const draft = new Draughtsman(this.directory, this.supplies());
      const decided = await decide(draft);
      await this.commit(draft.drafts, by, draft);
      return decided;
    });
  }

  /**
   * At the very first start: an owner who administers the instance and a personal token, which is returned this once.
   * The owner owns every workspace that a fleet file made before; without one, a workspace "home". When there is no
   * product yet, a small one is made, so that there is something to try. Null when there is any user already.
   * @param before hears of the token before it is committed
   */
  firstRun(email = "owner@localhost", before?: (token: string) => void): Promise<FirstRun | null> {
    return this.inTurn(async () => {
      for (const _ of this.directory.users()) return null;
      const address = emailOf(email);
      if (address === null) throw new Refusal("invalid_fleet", `"${email}" is not ${RULE.email}`);
      const draft = new Draughtsman(this.directory, { now: this.needs.micros(), random: this.needs.random });
      const user = draft.temporary();
      draft.drafts.push({ kind: "user", op: "put", row: { uid: user, email: address, admin: true } });
      const workspaces = [...this.directory.workspaces()];
      const [first = newHome(draft)] = workspaces;
      for (const { uid: workspace } of workspaces.length > 0 ? workspaces : [first])
        draft.drafts.push({ kind: "membership", op: "put", row: { uid: 0, user, workspace, role: "owner" } });
      if (this.directory.products().next().done) draftDemo(draft, first.uid);
      draft.token({ user, apiUser: null, title: address, name: FIRST_TOKEN }, undefined, null);
      const token = draft.newTokens[0]?.token ?? "";
      before?.(token);
      await this.commit(draft.drafts, FIRST_START);
      return { email: address, token, workspace: first.slug };
    });
  }

  /**
   * A new token for an account.
   * @param owner a user's e-mail address, or an API user as "name@workspace-slug" (the name alone, if no other has it)
   * @param options expires: µs since the epoch
   * @returns the token itself, to be shown once, and how lists show it
   * @throws Refusal not_found, invalid_request
   */
  async createToken(
    owner: string,
    options: { readonly name?: string; readonly expires?: number; readonly by?: Actor } = {},
  ): Promise<{ token: string; info: TokenInfo }> {
    const { name = "", expires = null, by } = options;
    const token = await this.edit((draft) => createToken(draft, ownerMeant(this.directory, owner), name, expires), by);
    return { token, info: this.tokenInfo(token) };
  }

  /** All tokens, or those of one account; oldest first. @throws Refusal not_found */
  listTokens(owner?: string): TokenInfo[] {
    const own = owner === undefined ? null : this.accountKey(owner);
    const tokens = own ? this.directory.tokensOf(own) : [...this.directory.tokens()];
    return tokens.sort((a, b) => a.uid - b.uid).map((t) => this.info(t));
  }

  /**
   * Deletes a token; open connections that logged in with it end at once.
   * @param which its number in the list (`12` or `#12`), its last four characters, or the whole token
   * @throws Refusal not_found; invalid_request when several match
   */
  revokeToken(which: string, by?: Actor): Promise<TokenInfo> {
    return this.inTurn(async () => {
      const token = tokenMeant(this.directory, which.trim());
      const info = this.info(token);
      await this.commit([{ kind: "token", op: "delete", uid: token.uid }], by);
      return info;
    });
  }

  /**
   * Key of the principal of an account ("u:<uid>" or "a:<uid>").
   * @param owner as for createToken
   * @throws Refusal not_found; invalid_request when several API users have the name
   */
  accountKey(owner: string): string {
    const { user, apiUser } = ownerMeant(this.directory, owner);
    return user !== null ? `u:${user}` : `a:${apiUser}`;
  }
  /**
   * Key of the principal of an account, or of a token's.
   * @param which as for accountKey, or as for revokeToken but for the last four characters alone
   * @throws Refusal as for accountKey
   */
  keyOf(which: string): string {
    const text = which.trim();
    if (isTokenForm(text) || /^#?\d{1,15}$/.test(text)) return ownerKey(tokenMeant(this.directory, text));
    return this.accountKey(which);
  }
  /** E-mail address, or "name@workspace-slug", of a principal's key; the key itself when there is no such account. */
  accountName(key: string): string {
    return accountNameOf(this.directory, key);
  }

  /** The token that a person means, as for revokeToken. @throws Refusal not_found, invalid_request */
  tokenOf(which: string): Token {
    return tokenMeant(this.directory, which.trim());
  }
  /** A token as lists show it. @param secret the whole token @throws Refusal not_found */
  tokenInfo(secret: string): TokenInfo {
    return this.info(tokenMeant(this.directory, secret));
  }

  private info(t: Token): TokenInfo {
    const { uid, hint, name, created, expires } = t;
    return { uid, hint, name, owner: this.accountName(ownerKey(t)), created, expires };
  }

  private async commit(
    drafts: readonly FleetChange[],
    by: Actor | ((change: FleetChange) => Actor) = COMMAND_LINE,
    { accounts, notes }: Pick<Draughtsman, "accounts" | "notes"> = { accounts: [], notes: [] },
  ): Promise<void> {
    if (drafts.length + accounts.length === 0) return;
    const audit: AuditWriter = async (made) => [
      ...(await inTurns(auditInSteps(made, this.directory, by, this.needs.micros()))),
      ...notes.flatMap((note) => note(made)),
    ];
    const changes = await this.needs.store.commit(await inTurns(completed(drafts, this.needs)), audit, accounts);
    if (!this.needs.store.revisions) await this.apply(changes);
  }
}
