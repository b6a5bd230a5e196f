import { identityFrom, linkFrom, loginFrom, signInFrom } from "./accounts.ts";
import { auditFrom } from "./audit.ts";
import {
  apiUserFrom,
  deviceFrom,
  fieldFrom,
  grantFrom,
  membershipFrom,
  productFrom,
  tokenFrom,
  userFrom,
} from "./rows.ts";

/**
 * How the server reads one row of each table of fleet.db, as it lies there; what cannot be read throws. The tables that are not
 * here hold nothing that could be misread.
 */
export const READ: ReadonlyMap<string, (row: never) => unknown> = new Map<string, (row: never) => unknown>([
  ["product", productFrom],
  ["field", fieldFrom],
  ["device", deviceFrom],
  ["account", userFrom],
  ["membership", membershipFrom],
  ["api_user", (row: never) => apiUserFrom(row, [])],
  ["api_grant", grantFrom],
  ["token", tokenFrom],
  ["login", loginFrom],
  ["sign_in", signInFrom],
  ["link", linkFrom],
  ["identity", identityFrom],
  ["audit", auditFrom],
]);
