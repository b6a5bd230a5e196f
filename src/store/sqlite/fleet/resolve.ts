import type { FleetChange, FleetKind, FleetRows, Grant } from "../../../fleet/types.ts";
import type { FleetDraft } from "../../ports.ts";

/** Gives uids to new rows and puts them wherever the drafts refer to those rows. Pure: the first free uids are given. */
export class Resolver {
  private readonly next: Map<FleetKind, number>;
  private readonly given = new Map<string, number>();
  private readonly created = new Set<string>();

  /** @param firstFree for every kind that has new rows: the first uid to give */
  constructor(firstFree: ReadonlyMap<FleetKind, number>) {
    this.next = new Map(firstFree);
  }
  has(kind: FleetKind, uid: number): boolean {
    return this.created.has(`${kind} ${uid}`);
  }

  /** @throws RangeError when a draft refers to a temporary uid that no row before it has */
  resolve(drafts: readonly FleetDraft[]): FleetChange[] {
    return drafts.map((draft) => this.one(draft));
  }
  private one(draft: FleetDraft): FleetChange {
    if (draft.op === "delete") return draft;
    // Each case keeps the kind and the type of its row; TypeScript does not follow that through a spread of a union.
    const row = this.references(draft);
    return { kind: draft.kind, op: "put", row: { ...row, uid: this.own(draft.kind, row.uid) } } as FleetChange;
  }
  private references(draft: FleetDraft & { op: "put" }): FleetRows[FleetKind] {
    switch (draft.kind) {
      case "workspace":
      case "user":
        return draft.row;
      case "product":
        return { ...draft.row, workspace: this.uid("workspace", draft.row.workspace) };
      case "field":
      case "device":
        return { ...draft.row, product: this.uid("product", draft.row.product) };
      case "membership": {
        const { user, workspace } = draft.row;
        return { ...draft.row, user: this.uid("user", user), workspace: this.uid("workspace", workspace) };
      }
      case "apiUser": {
        const grants = draft.row.grants.map((g) => this.grant(g));
        return { ...draft.row, workspace: this.uid("workspace", draft.row.workspace), grants };
      }
      case "token": {
        const { user, apiUser } = draft.row;
        return {
          ...draft.row,
          user: user === null ? null : this.uid("user", user),
          apiUser: apiUser === null ? null : this.uid("apiUser", apiUser),
        };
      }
    }
  }
  private grant(g: Grant): Grant {
    if (g.scope === "product") return { ...g, product: this.uid("product", g.product) };
    if (g.scope === "device") return { ...g, device: this.uid("device", g.device) };
    return g;
  }
  /** A reference: a real uid as it is, a temporary one replaced. */
  private uid(kind: FleetKind, uid: number): number {
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
    this.created.add(`${kind} ${real}`);
    if (uid < 0) this.given.set(`${kind} ${uid}`, real);
    return real;
  }
}

/** The kinds that have rows to be created. */
export function kindsToCreate(drafts: readonly FleetDraft[]): Set<FleetKind> {
  const kinds = new Set<FleetKind>();
  for (const d of drafts) if (d.op === "put" && d.row.uid <= 0) kinds.add(d.kind);
  return kinds;
}
