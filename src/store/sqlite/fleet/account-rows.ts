import { ROLES } from "../../../fleet/types.ts";
import {
  LINK_KINDS,
  type StoredIdentity,
  type StoredLink,
  type StoredLogin,
  type StoredPreference,
  type StoredSignIn,
} from "../../ports.ts";
import { oneOf, textList } from "./rows.ts";
import type { Schema } from "./schema.ts";

/** Rows of accounts as the port has them, and as they lie in the file. */

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
export function loginTo(l: StoredLogin): Schema["login"] {
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
export function signInTo({ user, lastUsed, ...s }: StoredSignIn): Schema["sign_in"] {
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
export function linkTo({ user, by, ...l }: StoredLink): Schema["link"] {
  return { ...l, account: user, made_by: by };
}
export function identityFrom({ account, ...r }: Schema["identity"]): StoredIdentity {
  return { ...r, user: account };
}

/** @throws RangeError its value is no JSON */
export function preferenceFrom({ account, value, ...r }: Schema["preference"]): StoredPreference {
  try {
    JSON.parse(value);
  } catch {
    throw new RangeError(`preference ${r.name} of account ${account}: value is no JSON`);
  }
  return { ...r, value, user: account };
}
