import type { Directory } from "./directory.ts";

/** What people call the account of a key: an e-mail address, `name@workspace`, or the integration of a product, which has no account. */
export function accountNameOf(directory: Directory, key: string): string {
  const uid = Number(key.slice(2));
  if (key.startsWith("p:")) return `integration of ${directory.productByUid(uid)?.row.slug ?? key}`;
  if (key.startsWith("u:")) return directory.user(uid)?.email ?? key;
  const apiUser = directory.apiUser(uid);
  return apiUser ? `${apiUser.name}@${directory.workspace(apiUser.workspace)?.slug ?? ""}` : `a:${uid}`;
}
