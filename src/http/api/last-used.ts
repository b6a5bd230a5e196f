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

/**
 * When an API user can log in no more: when the last of its tokens ends, µs since 1970. A rotated token that ends while its
 * successor goes on is no such end. null: one of them never ends, or there is none.
 * @param uid of the API user
 */
export function tokensEnd({ directory }: Pick<ApiDeps, "directory">, uid: number): number | null {
  let last: number | null = null;
  for (const { expires } of directory.tokensOf(`a:${uid}`)) {
    if (expires === null) return null;
    last = Math.max(last ?? expires, expires);
  }
  return last;
}
