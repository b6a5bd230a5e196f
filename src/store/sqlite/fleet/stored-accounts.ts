import type { AuditEntry } from "../../../fleet/audit.ts";
import { keptOf } from "../../kept.ts";
import type {
  AccountChange,
  AccountStore,
  ByNodes,
  LinkKind,
  StoredIdentity,
  StoredLink,
  StoredLogin,
  StoredPreference,
  StoredSignIn,
} from "../../ports.ts";
import type { Revisions } from "../../revisions.ts";
import type { DeskAccounts } from "./desk.ts";

/** How people sign in, behind the desk; among several nodes each change has its number among those of the fleet. */
export class StoredAccounts implements AccountStore, ByNodes {
  /** @param desk what is open. @throws Refusal storage_unavailable when nothing is */
  constructor(
    private readonly desk: () => DeskAccounts,
    readonly revisions: Revisions | null,
  ) {}

  async login(user: number): Promise<StoredLogin | null> {
    return this.desk().login(user);
  }
  async signIns(): Promise<StoredSignIn[]> {
    return this.desk().signIns();
  }
  async link(hash: string): Promise<StoredLink | null> {
    return this.desk().link(hash);
  }
  async links(kind: LinkKind): Promise<StoredLink[]> {
    return this.desk().links(kind);
  }
  async identity(issuer: string, subject: string): Promise<StoredIdentity | null> {
    return this.desk().identity(issuer, subject);
  }
  async identities(user: number): Promise<StoredIdentity[]> {
    return this.desk().identities(user);
  }
  async preferences(user: number): Promise<StoredPreference[]> {
    return this.desk().preferences(user);
  }
  async change(changes: readonly AccountChange[], audit: readonly AuditEntry[] = []): Promise<void> {
    const { revisions } = this;
    const desk = this.desk();
    if (revisions === null) await desk.change(changes, audit);
    else
      await revisions.own(() => desk.change(changes, audit, revisions.basis), {
        changes: [],
        created: [],
        accounts: keptOf(changes),
      });
  }
}
