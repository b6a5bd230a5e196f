import { Refusal } from "../../../base/errors.ts";
import type { AuditEntry } from "../../../fleet/audit.ts";
import type {
  AccountChange,
  AccountStore,
  LinkKind,
  StoredIdentity,
  StoredLink,
  StoredLogin,
  StoredPreference,
  StoredSignIn,
} from "../../ports.ts";
import {
  identityFrom,
  linkFrom,
  linkTo,
  loginFrom,
  loginTo,
  preferenceFrom,
  signInFrom,
  signInTo,
} from "./account-rows.ts";
import { insertAudit } from "./audit.ts";
import { replace } from "./replace.ts";
import type { FleetDb, FleetTransaction } from "./schema.ts";

/**
 * How people sign in and what they prefer, in tables of fleet.db beside the accounts that they belong to. Passwords, cookies, links and
 * recovery codes are hashes; the secret of a second factor has to be there as it is, and is kept by the file's mode 0600.
 */
export class KyselyAccountStore implements AccountStore {
  /**
   * @param db the open database. @throws Refusal storage_unavailable when it is not open
   * @param transact does work in one transaction, which is durable when it resolves
   * @param failing what an error of the database says
   */
  constructor(
    private readonly db: () => FleetDb,
    private readonly transact: (work: (trx: FleetTransaction) => Promise<void>) => Promise<void>,
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
  change(changes: readonly AccountChange[], audit: readonly AuditEntry[] = []): Promise<void> {
    return this.run(() =>
      this.transact(async (trx) => {
        await changeAccounts(trx, changes);
        await insertAudit(trx, audit);
      }),
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

/** Changes how people sign in, in the caller's transaction. @throws Refusal link_over */
export async function changeAccounts(trx: FleetTransaction, changes: readonly AccountChange[]): Promise<void> {
  for (const change of changes) await write(trx, change);
}
async function write(trx: FleetTransaction, change: AccountChange): Promise<void> {
  switch (change.op) {
    case "login_put":
      await replace(trx, "login", ["account"], loginTo(change.login));
      return;
    case "sign_in_put":
      await replace(trx, "sign_in", ["hash"], signInTo(change.signIn));
      return;
    case "sign_in_delete":
      await trx.deleteFrom("sign_in").where("hash", "=", change.hash).execute();
      return;
    case "sign_ins_delete": {
      const all = trx.deleteFrom("sign_in").where("account", "=", change.user);
      await (change.except === null ? all : all.where("hash", "<>", change.except)).execute();
      return;
    }
    case "link_put":
      await replace(trx, "link", ["hash"], linkTo(change.link));
      return;
    case "link_take": {
      const { numDeletedRows } = await trx.deleteFrom("link").where("hash", "=", change.hash).executeTakeFirst();
      if (numDeletedRows === 0n) throw new Refusal("link_over", "This link was used, or has been replaced by another.");
      return;
    }
    case "links_delete":
      await trx.deleteFrom("link").where("account", "=", change.user).where("kind", "=", change.kind).execute();
      return;
    case "invitations_delete":
      await trx
        .deleteFrom("link")
        .where("workspace", "=", change.workspace)
        .where("email", "=", change.email)
        .where("kind", "=", "invitation")
        .execute();
      return;
    case "identity_put": {
      const { issuer, subject, user, created } = change.identity;
      await replace(trx, "identity", ["issuer", "subject"], { issuer, subject, account: user, created });
      return;
    }
    case "identity_delete":
      await trx
        .deleteFrom("identity")
        .where("issuer", "=", change.issuer)
        .where("subject", "=", change.subject)
        .execute();
      return;
    case "preference_put":
      return putPreference(trx, change.preference);
    case "preference_delete":
      return dropPreference(trx, change);
    case "expire":
      await trx.deleteFrom("sign_in").where("expires", "<", change.before).execute();
      await trx.deleteFrom("link").where("expires", "<", change.before).execute();
      return;
    default:
      change satisfies never;
  }
}

async function putPreference(trx: FleetTransaction, preference: StoredPreference): Promise<void> {
  await dropPreference(trx, preference);
  const { user, ...row } = preference;
  await trx
    .insertInto("preference")
    .values({ ...row, account: user })
    .execute();
}
async function dropPreference(
  trx: FleetTransaction,
  { user, workspace, name }: Pick<StoredPreference, "user" | "workspace" | "name">,
): Promise<void> {
  const own = trx.deleteFrom("preference").where("account", "=", user).where("name", "=", name);
  await (workspace === null ? own.where("workspace", "is", null) : own.where("workspace", "=", workspace)).execute();
}
