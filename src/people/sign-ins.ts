import type { Micros } from "../base/types.ts";
import type { AuditEntry } from "../fleet/audit.ts";
import { MultiMap } from "../fleet/multimap.ts";
import type { AccountChange, StoredSignIn } from "../store/ports.ts";
import { csrfOf, hashSecret, isSecretForm } from "./secret.ts";
import type { SignInNeeds } from "./sign-in-needs.ts";
import type { Asker, SignedIn } from "./types.ts";

/** How old the stored time of the last use may be: not every request is written. */
const STALE: Micros = 60 * 1e6;
const MOST_AGENT = 200;
/** Among several nodes: another one may know of a use that it tells only with its next look at the clock. */
const LATE: Micros = 300 * 1e6;

interface Entry {
  readonly signIn: StoredSignIn;
  lastUsed: Micros;
}

/**
 * The browsers that are signed in, by the hash of their cookie: in memory, so that a request is decided in its turn,
 * and in the store.
 */
export class SignIns {
  private readonly entries = new Map<string, Entry>();
  private readonly byUser = new MultiMap<number, string>();
  /** Among several nodes: what took effect while the store was read; null: that is done. */
  private meanwhile: AccountChange[] | null = [];
  /** Hears that a browser was signed out, by whatever and on whichever node. */
  signedOut: () => void = () => {};

  constructor(private readonly needs: SignInNeeds) {
    needs.store.revisions?.follow(({ accounts }) => this.heard(accounts));
  }

  /** Reads what the store has. */
  async open(): Promise<void> {
    for (const signIn of await this.needs.store.signIns()) this.remember(signIn);
    const meanwhile = this.meanwhile ?? [];
    this.meanwhile = null;
    this.heard(meanwhile);
  }
  /** Among several nodes: what any of them did takes effect, in one order. */
  private heard(changes: readonly AccountChange[]): void {
    if (this.meanwhile !== null) this.meanwhile.push(...changes);
    else for (const change of changes) this.take(change);
  }
  private take(change: AccountChange): void {
    if (change.op === "sign_in_put") this.remember(change.signIn);
    else if (change.op === "sign_in_delete") this.drop(change.hash);
    else if (change.op === "sign_ins_delete") this.dropAll(change.user, change.except);
    else if (change.op === "ticket_put") this.needs.ticket?.(change.ticket);
    else if (change.op === "sign_in_used") this.use(this.entries.get(change.hash), change.lastUsed);
  }
  private use(entry: Entry | undefined, at: Micros): void {
    if (entry) entry.lastUsed = Math.max(entry.lastUsed, at);
  }

  /**
   * Whose cookie this is; null: nobody's, or it is over.
   * @param use whether this is a request: a stream that stays open is looked at again and again, and keeps nobody signed in
   */
  find(cookie: string, now: Micros, use = true): SignedIn | null {
    if (!isSecretForm(cookie)) return null;
    // Found by its digest: how long that takes tells nothing about the cookies there are.
    const entry = this.entries.get(hashSecret(cookie));
    if (!entry || this.isOver(entry, now)) return null;
    if (use) this.use(entry, now);
    const { user, hash, created, expires } = entry.signIn;
    return { user, hash, created, expires, csrf: csrfOf(cookie) };
  }
  /** Of one account, the last used first. */
  of(user: number, now: Micros): StoredSignIn[] {
    return this.entriesOf(user)
      .filter((entry) => !this.isOver(entry, now))
      .sort((a, b) => b.lastUsed - a.lastUsed)
      .map(({ signIn, lastUsed }) => ({ ...signIn, lastUsed }));
  }

  /** What has to be committed for a new one; `added` afterwards. @param cookie its secret */
  draft(user: number, cookie: string, asker: Asker, now: Micros): { signIn: StoredSignIn; changes: AccountChange[] } {
    const expires = now + this.needs.settings.longest;
    const { address } = asker;
    const agent = asker.agent.slice(0, MOST_AGENT).toWellFormed();
    const signIn = { hash: hashSecret(cookie), user, created: now, lastUsed: now, expires, address, agent };
    const tooMany = this.of(user, now).slice(this.needs.settings.mostSignIns - 1);
    const changes: AccountChange[] = tooMany.map(({ hash }) => ({ op: "sign_in_delete", hash }));
    changes.push({ op: "sign_in_put", signIn });
    return { signIn, changes };
  }
  added(signIn: StoredSignIn): void {
    if (this.needs.store.revisions) return; // it took effect; it may be over by now
    for (const { hash } of this.of(signIn.user, signIn.created).slice(this.needs.settings.mostSignIns - 1))
      this.drop(hash);
    this.remember(signIn);
  }
  /** Ends one. @param noted in the same transaction */
  async end(hash: string, noted: AuditEntry): Promise<void> {
    // first here: it is over even when the disk is full
    this.drop(hash);
    await this.needs.store.change([{ op: "sign_in_delete", hash }], [noted]);
  }
  /**
   * Those of an account are over here; a commit after it does so in the store. In this order: `tick` could otherwise
   * write one back. @param except hash of the one that stays
   */
  dropAll(user: number, except: string | null): void {
    for (const { signIn } of this.entriesOf(user)) if (signIn.hash !== except) this.drop(signIn.hash);
  }

  /** Stores what was used lately, forgets what is over. */
  async tick(now: Micros): Promise<void> {
    const changes: AccountChange[] = [];
    for (const entry of [...this.entries.values()]) {
      const { signIn, lastUsed } = entry;
      if (this.isOver(entry, now - (this.needs.store.revisions ? LATE : 0))) {
        this.drop(signIn.hash);
        changes.push({ op: "sign_in_delete", hash: signIn.hash });
      } else if (lastUsed - signIn.lastUsed >= STALE) {
        const used = { ...signIn, lastUsed };
        this.entries.set(signIn.hash, { signIn: used, lastUsed });
        changes.push({ op: "sign_in_used", hash: signIn.hash, lastUsed });
      }
    }
    if (changes.length > 0) await this.needs.store.change(changes);
  }

  private entriesOf(user: number): Entry[] {
    return this.byUser.list(user).flatMap((hash) => this.entries.get(hash) ?? []);
  }
  private isOver({ signIn, lastUsed }: Entry, now: Micros): boolean {
    return now >= signIn.expires || now - lastUsed >= this.needs.settings.idle;
  }
  private remember(signIn: StoredSignIn): void {
    this.entries.set(signIn.hash, { signIn, lastUsed: signIn.lastUsed });
    this.byUser.add(signIn.user, signIn.hash);
  }
  private drop(hash: string): void {
    const entry = this.entries.get(hash);
    if (!entry) return;
    this.entries.delete(hash);
    this.byUser.delete(entry.signIn.user, hash);
    this.needs.ended?.(hash);
    this.signedOut();
  }
}
