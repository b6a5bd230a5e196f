import { Refusal } from "../../base/errors.ts";
import type { AuditEntry } from "../../fleet/audit.ts";
import type { AccountChange, AccountStore, LinkKind, StoredIdentity, StoredLink } from "../ports.ts";
import type { StoredLogin, StoredPreference, StoredSignIn } from "../ports.ts";

interface Tables {
  readonly logins: Map<number, StoredLogin>;
  readonly signIns: Map<string, StoredSignIn>;
  readonly links: Map<string, StoredLink>;
  readonly identities: Map<string, StoredIdentity>;
  readonly preferences: Map<string, StoredPreference>;
}

const copyOf = (from: Tables | null): Tables => ({
  logins: new Map(from?.logins),
  signIns: new Map(from?.signIns),
  links: new Map(from?.links),
  identities: new Map(from?.identities),
  preferences: new Map(from?.preferences),
});

/** The account store in memory, for tests. */
export class MemoryAccounts implements AccountStore {
  private tables = copyOf(null);
  /** When set, the next change fails with it. */
  failure: Error | null = null;
  /** What was noted for the audit log. */
  readonly audited: AuditEntry[] = [];

  /** @param exists whether there is such an account or workspace; all of them by default */
  constructor(private readonly exists: (kind: "user" | "workspace", uid: number) => boolean = () => true) {}

  async login(user: number): Promise<StoredLogin | null> {
    return this.tables.logins.get(user) ?? null;
  }
  async signIns(): Promise<StoredSignIn[]> {
    return [...this.tables.signIns.values()].sort((a, b) => a.created - b.created);
  }
  async link(hash: string): Promise<StoredLink | null> {
    return this.tables.links.get(hash) ?? null;
  }
  async links(kind: LinkKind): Promise<StoredLink[]> {
    return [...this.tables.links.values()].filter((l) => l.kind === kind).sort((a, b) => a.created - b.created);
  }
  async identity(issuer: string, subject: string): Promise<StoredIdentity | null> {
    return this.tables.identities.get(`${issuer} ${subject}`) ?? null;
  }
  async identities(user: number): Promise<StoredIdentity[]> {
    return [...this.tables.identities.values()].filter((i) => i.user === user).sort((a, b) => a.created - b.created);
  }
  async preferences(user: number): Promise<StoredPreference[]> {
    const own = [...this.tables.preferences.values()].filter((p) => p.user === user);
    const place = ({ name, workspace }: Named) => `${name} ${String(workspace ?? 0).padStart(16, "0")}`;
    return own.sort((a, b) => (place(a) < place(b) ? -1 : 1));
  }
  async change(changes: readonly AccountChange[], audit: readonly AuditEntry[] = []): Promise<void> {
    const { failure } = this;
    this.failure = null;
    if (failure) throw failure;
    const next = copyOf(this.tables);
    for (const change of changes) if (change.op !== "ticket_put") this.apply(next, change);
    this.tables = next;
    this.audited.push(...audit);
  }
  /** What the database does when the account goes. */
  forget(user: number): void {
    const { logins, signIns, links, identities, preferences } = this.tables;
    logins.delete(user);
    drop(preferences, (p) => p.user === user);
    drop(signIns, (s) => s.user === user);
    drop(links, (l) => l.user === user || l.by === user);
    drop(identities, (i) => i.user === user);
  }
  /** What it does when a workspace goes. */
  forgetWorkspace(uid: number): void {
    drop(this.tables.links, (l) => l.workspace === uid);
    drop(this.tables.preferences, (p) => p.workspace === uid);
  }

  private apply(
    { logins, signIns, links, identities, preferences }: Tables,
    change: Exclude<AccountChange, { op: "ticket_put" }>,
  ): void {
    switch (change.op) {
      case "login_put":
        this.must("user", change.login.user);
        logins.set(change.login.user, change.login);
        return;
      case "sign_in_put":
        this.must("user", change.signIn.user);
        signIns.set(change.signIn.hash, change.signIn);
        return;
      case "sign_in_used":
        return used(signIns, change);
      case "sign_in_delete":
        signIns.delete(change.hash);
        return;
      case "sign_ins_delete":
        return drop(signIns, (s) => s.user === change.user && s.hash !== change.except);
      case "link_put":
        this.must("user", change.link.user);
        this.must("workspace", change.link.workspace);
        links.set(change.link.hash, change.link);
        return;
      case "link_take":
        if (links.delete(change.hash)) return;
        throw new Refusal("link_over", "This link was used.");
      case "links_delete":
        return drop(links, (l) => l.user === change.user && l.kind === change.kind);
      case "invitations_delete": {
        const { workspace, email } = change;
        return drop(links, (l) => l.kind === "invitation" && l.workspace === workspace && l.email === email);
      }
      case "identity_put":
        this.must("user", change.identity.user);
        identities.set(`${change.identity.issuer} ${change.identity.subject}`, change.identity);
        return;
      case "identity_delete":
        return void identities.delete(`${change.issuer} ${change.subject}`);
      case "preference_put":
        this.must("user", change.preference.user);
        this.must("workspace", change.preference.workspace);
        preferences.set(keyOf(change.preference), change.preference);
        return;
      case "preference_delete":
        preferences.delete(keyOf(change));
        return;
      case "expire":
        drop(signIns, (s) => s.expires < change.before);
        drop(links, (l) => l.expires < change.before);
        return;
      default:
        change satisfies never;
    }
  }
  private must(kind: "user" | "workspace", uid: number | null): void {
    if (uid !== null && !this.exists(kind, uid)) throw new Refusal("not_found", `There is no ${kind} ${uid}.`);
  }
}

type Named = Pick<StoredPreference, "user" | "workspace" | "name">;
const keyOf = ({ user, workspace, name }: Named): string => JSON.stringify([user, workspace, name]);

function drop<K, V>(map: Map<K, V>, goes: (value: V) => boolean): void {
  for (const [key, value] of map) if (goes(value)) map.delete(key);
}
function used(all: Map<string, StoredSignIn>, { hash, lastUsed }: { hash: string; lastUsed: number }): void {
  const known = all.get(hash);
  if (known && known.lastUsed < lastUsed) all.set(hash, { ...known, lastUsed });
}
