import type { AuditEntry } from "../../../fleet/audit.ts";
import type {
  AccountChange,
  Basis,
  LinkKind,
  StoredIdentity,
  StoredLink,
  StoredLogin,
  StoredPreference,
  StoredSignIn,
} from "../../ports.ts";
import type { Written } from "../../revisions.ts";
import { changeAccounts, tellingOf } from "./account-changes.ts";
import { identityFrom, linkFrom, loginFrom, preferenceFrom, signInFrom } from "./account-rows.ts";
import { insertAudit } from "./audit.ts";
import type { Telling } from "./commit.ts";
import type { DeskAccounts } from "./desk.ts";
import type { FleetDb, FleetTransaction } from "./schema.ts";

/**
 * How people sign in and what they prefer, in tables of fleet.db beside the accounts that they belong to. Passwords, cookies, links and
 * recovery codes are hashes; the secret of a second factor has to be there as it is, and is kept by the file's mode 0600.
 */
export class KyselyAccountStore implements DeskAccounts {
  /**
   * @param db the open database. @throws Refusal storage_unavailable when it is not open
   * @param transact does work in one transaction, which is durable when it resolves
   * @param failing what an error of the database says
   */
  constructor(
    private readonly db: () => FleetDb,
    private readonly transact: (
      work: (trx: FleetTransaction) => Promise<void>,
      telling: Telling | null,
    ) => Promise<Written | null>,
    private readonly failing: (error: unknown) => unknown,
  ) {}

  login(user: number): Promise<StoredLogin | null> {
    return this.run(async (db) => {
      const row = await db.selectFrom("login").selectAll().where("account", "=", user).executeTakeFirst();
      return row === undefined ? null : loginFrom(row);
    });
  }
  signIns(): Promise<StoredSignIn[]> {
    return this.run(async (db) => {
      const rows = await db.selectFrom("sign_in").selectAll().orderBy("created").orderBy("hash").execute();
      return rows.map(signInFrom);
    });
  }
  link(hash: string): Promise<StoredLink | null> {
    return this.run(async (db) => {
      const row = await db.selectFrom("link").selectAll().where("hash", "=", hash).executeTakeFirst();
      return row === undefined ? null : linkFrom(row);
    });
  }
  links(kind: LinkKind): Promise<StoredLink[]> {
    return this.run(async (db) => {
      const rows = await db.selectFrom("link").selectAll().where("kind", "=", kind).orderBy("created").execute();
      return rows.map(linkFrom);
    });
  }
  identity(issuer: string, subject: string): Promise<StoredIdentity | null> {
    return this.run(async (db) => {
      const query = db.selectFrom("identity").selectAll().where("issuer", "=", issuer).where("subject", "=", subject);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : identityFrom(row);
    });
  }
  identities(user: number): Promise<StoredIdentity[]> {
    return this.run(async (db) => {
      const rows = await db.selectFrom("identity").selectAll().where("account", "=", user).orderBy("created").execute();
      return rows.map(identityFrom);
    });
  }
  preferences(user: number): Promise<StoredPreference[]> {
    return this.run(async (db) => {
      const query = db.selectFrom("preference").selectAll().where("account", "=", user);
      return (
        await query
          .orderBy("name")
          .orderBy("workspace", (o) => o.asc().nullsFirst())
          .execute()
      ).map(preferenceFrom);
    });
  }
  change(
    changes: readonly AccountChange[],
    audit: readonly AuditEntry[] = [],
    basis: Basis | null = null,
  ): Promise<Written | null> {
    return this.run(() =>
      this.transact(
        async (trx) => {
          await changeAccounts(trx, changes);
          await insertAudit(trx, audit);
        },
        tellingOf(changes, basis),
      ),
    );
  }

  private async run<T>(work: (db: FleetDb) => Promise<T>): Promise<T> {
    try {
      return await work(this.db());
    } catch (error) {
      throw this.failing(error);
    }
  }
}
