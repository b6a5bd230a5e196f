import { printTime } from "../../measure/time.ts";
import type { ApiDeps } from "./route.ts";

/** When any token of an API user was used last; null: never. @param uid of the API user */
export function lastUsed(
  { authority, directory }: Pick<ApiDeps, "authority" | "directory">,
  uid: number,
): string | null {
  const times = directory.tokensOf(`a:${uid}`).flatMap((token) => authority.uses.of(token.uid)?.time ?? []);
  return times.length === 0 ? null : printTime(Math.max(...times));
}
