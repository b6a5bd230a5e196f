import { SQLiteError } from "bun:sqlite";
import { Refusal } from "../../../base/errors.ts";
import type { AuditEntry } from "../../../fleet/audit.ts";
import { ROLES } from "../../../fleet/types.ts";
import {
  type AccountChange,
  type AccountStore,
  LINK_KINDS,
  type LinkKind,
  type StoredIdentity,
  type StoredLink,
  type StoredLogin,
  type StoredSignIn,
} from "../../ports.ts";
import { insertAudit } from "./audit.ts";
import { oneOf, textList } from "./rows.ts";
import type { FleetDb, FleetTransaction, Schema } from "./schema.ts";

/**
 * How people sign in, in tables of fleet.db beside the accounts that they belong to. Passwords, cookies, links and
 * recovery codes are hashes; the secret of a second factor has to be there as it is, and is kept by the file's mode 0600.
 */
export class SqliteAccountStore implements AccountStore {
  /** @param db the open database. @throws Refusal storage_unavailable when it is not open */
  constructor(private readonly db: () => FleetDb) {}

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
  change(changes: readonly AccountChange[], audit: readonly AuditEntry[] = []): Promise<void> {
    return this.run((db) =>
      db.transaction().execute(async (trx) => {
        await changeAccounts(trx, changes);
        await insertAudit(trx, audit);
      }),
    );
  }

  private async run<T>(work: (db: FleetDb) => Promise<T>): Promise<T> {
    try {
      return await work(this.db());
    } catch (error) {
      throw refusalOf(error);
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
      await trx.replaceInto("login").values(loginTo(change.login)).execute();
      return;
    case "sign_in_put":
      await trx.replaceInto("sign_in").values(signInTo(change.signIn)).execute();
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
      await trx.replaceInto("link").values(linkTo(change.link)).execute();
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
      await trx.replaceInto("identity").values({ issuer, subject, account: user, created }).execute();
      return;
    }
    case "identity_delete":
      await trx
        .deleteFrom("identity")
        .where("issuer", "=", change.issuer)
        .where("subject", "=", change.subject)
        .execute();
      return;
    case "expire":
      await trx.deleteFrom("sign_in").where("expires", "<", change.before).execute();
      await trx.deleteFrom("link").where("expires", "<", change.before).execute();
      return;
    default:
      change satisfies never;
  }
}

export function loginFrom(r: Schema["login"]): StoredLogin {
  return {
    user: r.account,
    password: r.password,
    passwordSet: r.password_set,
    totpSecret: r.totp_secret,
    totpConfirmed: r.totp_confirmed === 1,
    totpStep: r.totp_step,
    recoveryCodes: textList(r.recovery_codes, `login of account ${r.account}: recovery_codes`),
  };
}
function loginTo(l: StoredLogin): Schema["login"] {
  return {
    account: l.user,
    password: l.password,
    password_set: l.passwordSet,
    totp_secret: l.totpSecret,
    totp_confirmed: l.totpConfirmed ? 1 : 0,
    totp_step: l.totpStep,
    recovery_codes: JSON.stringify(l.recoveryCodes),
  };
}
export function signInFrom({ account, last_used, ...r }: Schema["sign_in"]): StoredSignIn {
  return { ...r, user: account, lastUsed: last_used };
}
function signInTo({ user, lastUsed, ...s }: StoredSignIn): Schema["sign_in"] {
  return { ...s, account: user, last_used: lastUsed };
}
export function linkFrom({ account, made_by, kind, role, ...r }: Schema["link"]): StoredLink {
  return {
    ...r,
    kind: oneOf(LINK_KINDS, kind, "a link's kind"),
    role: role === null ? null : oneOf(ROLES, role, "a link's role"),
    user: account,
    by: made_by,
  };
}
function linkTo({ user, by, ...l }: StoredLink): Schema["link"] {
  return { ...l, account: user, made_by: by };
}
export function identityFrom({ account, ...r }: Schema["identity"]): StoredIdentity {
  return { ...r, user: account };
}

function refusalOf(error: unknown): unknown {
  if (error instanceof RangeError) return new Refusal("damaged_store", `fleet.db is damaged: ${error.message}.`);
  if (!(error instanceof SQLiteError)) return error;
  if (error.code?.startsWith("SQLITE_CORRUPT"))
    return new Refusal("damaged_store", `fleet.db is damaged: ${error.message}.`);
  if (error.code === "SQLITE_CONSTRAINT_FOREIGNKEY")
    return new Refusal("not_found", "The account or the workspace is no longer there. Nothing was changed.");
  return new Refusal("storage_unavailable", `fleet.db cannot be used: ${error.message}. Nothing was changed.`);
}
