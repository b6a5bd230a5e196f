import type { Micros } from "../base/types.ts";
import type { Role } from "../fleet/types.ts";
import type { Core } from "./core.ts";

/** How a person's account is kept. */
export interface AccountInfo {
  readonly email: string;
  /** Administers the instance. */
  readonly admin: boolean;
  /** µs; null: there is none. */
  readonly passwordSet: Micros | null;
  readonly secondFactor: boolean;
  readonly recoveryCodes: number;
  readonly workspaces: readonly { readonly slug: string; readonly name: string; readonly role: Role }[];
}

/** What a person is told of their own account. */
export async function accountInfo(core: Core, user: number): Promise<AccountInfo> {
  const { directory } = core.needs;
  const { email, admin } = core.user(user);
  const login = await core.login(user);
  return {
    email,
    admin,
    passwordSet: login.password === null ? null : login.passwordSet,
    secondFactor: login.totpConfirmed,
    recoveryCodes: login.recoveryCodes.length,
    workspaces: directory.membershipsOf(user).flatMap(({ workspace, role }) => {
      const row = directory.workspace(workspace);
      return row ? [{ slug: row.slug, name: row.name, role }] : [];
    }),
  };
}
