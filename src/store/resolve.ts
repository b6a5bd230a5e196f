import { atOnce } from "../base/turns.ts";
import { withReferences } from "../fleet/kinds.ts";
import type { FleetChange, FleetKind } from "../fleet/types.ts";
import type { AccountChange, FleetDraft, Given } from "./ports.ts";

/** Drafts of one step. */
const AT_ONCE = 100;

/** Gives uids to new rows and puts them wherever the drafts refer to those rows. Pure: the first free uids are given. */
export class Resolver {
  /** The first uids that are free then; for the next commit, once this one is durable. */
  readonly next: Map<FleetKind, number>;
  private readonly given = new Map<string, number>();

  /** @param firstFree for every kind: the first uid to give */
  constructor(private readonly firstFree: ReadonlyMap<FleetKind, number>) {
    this.next = new Map(firstFree);
  }
  /** The uids of the rows that are new, of each kind that has any. */
  get created(): Given[] {
    return [...this.next].flatMap(([kind, to]) => {
      const from = this.firstFree.get(kind) ?? to;
      return to > from ? [{ kind, from, to }] : [];
    });
  }

  /** @throws RangeError when a draft refers to a temporary uid that no row before it has */
  resolve(drafts: readonly FleetDraft[]): FleetChange[] {
    return atOnce(this.inSteps(drafts));
  }
  /** The same in short steps. */
  *inSteps(drafts: readonly FleetDraft[]): Generator<void, FleetChange[]> {
    const changes: FleetChange[] = [];
    for (const draft of drafts) if (changes.push(this.one(draft)) % AT_ONCE === 0) yield;
    return changes;
  }
  private one(draft: FleetDraft): FleetChange {
    if (draft.op === "delete") return draft;
    // Each case keeps the kind and the type of its row; TypeScript does not follow that through a spread of a union.
    const row = withReferences(draft.kind, draft.row, (kind, uid) => this.uid(kind, uid));
    return { kind: draft.kind, op: "put", row: { ...row, uid: this.own(draft.kind, row.uid) } } as FleetChange;
  }
  /**
   * The changes to how people sign in with the uids of accounts and workspaces that the drafts make.
   * @throws RangeError when one refers to a temporary uid that no draft has
   */
  accounts(changes: readonly AccountChange[]): AccountChange[] {
    return changes.map((change) => this.account(change));
  }
  private account(change: AccountChange): AccountChange {
    switch (change.op) {
      case "login_put":
        return { ...change, login: { ...change.login, user: this.uid("user", change.login.user) } };
      case "sign_in_put":
        return { ...change, signIn: { ...change.signIn, user: this.uid("user", change.signIn.user) } };
      case "identity_put":
        return { ...change, identity: { ...change.identity, user: this.uid("user", change.identity.user) } };
      case "sign_ins_delete":
      case "links_delete":
        return { ...change, user: this.uid("user", change.user) };
      case "link_put": {
        const { user, by, workspace } = change.link;
        const known = (kind: FleetKind, uid: number | null) => (uid === null ? null : this.uid(kind, uid));
        const owners = { user: known("user", user), by: known("user", by), workspace: known("workspace", workspace) };
        return { ...change, link: { ...change.link, ...owners } };
      }
      case "invitations_delete":
        return { ...change, workspace: this.uid("workspace", change.workspace) };
      case "ticket_put":
      case "sign_in_used":
      case "sign_in_delete":
      case "link_take":
      case "identity_delete":
      case "expire":
      // of accounts and workspaces that are there already
      case "preference_put":
      case "preference_delete":
        return change;
      default:
        return change satisfies never;
    }
  }
  /** A reference: a real uid as it is, a temporary one replaced. */
  private uid(kind: string, uid: number): number {
    if (uid > 0) return uid;
    const real = this.given.get(`${kind} ${uid}`);
    if (real === undefined) throw new RangeError(`a draft refers to ${kind} ${uid}, which no draft before it creates`);
    return real;
  }
  private own(kind: FleetKind, uid: number): number {
    if (uid > 0) return uid;
    const known = uid < 0 ? this.given.get(`${kind} ${uid}`) : undefined;
    if (known !== undefined) return known;
    const real = this.next.get(kind);
    if (real === undefined) throw new RangeError(`no uid to give to a new ${kind}`);
    this.next.set(kind, real + 1);
    if (uid < 0) this.given.set(`${kind} ${uid}`, real);
    return real;
  }
}
