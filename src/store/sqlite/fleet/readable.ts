import { allKinds } from "../../../fleet/kinds.ts";
import { identityFrom, linkFrom, loginFrom, preferenceFrom, signInFrom } from "./account-rows.ts";
import { auditFrom } from "./audit.ts";
import { storedForm } from "./kinds.ts";
import { grantFrom } from "./rows.ts";

/**
 * How the server reads one row of each table of fleet.db, as it lies there; what cannot be read throws. The tables that are not
 * here hold nothing that could be misread.
 */
export const READ: ReadonlyMap<string, (row: never) => unknown> = new Map<string, (row: never) => unknown>([
  ...allKinds().map(({ name, table }) => [table, storedForm(name).from] as const),
  ["api_grant", grantFrom],
  ["login", loginFrom],
  ["sign_in", signInFrom],
  ["link", linkFrom],
  ["identity", identityFrom],
  ["preference", preferenceFrom],
  ["audit", auditFrom],
]);
