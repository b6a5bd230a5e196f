import { timingSafeEqual } from "node:crypto";
import { hashToken } from "../fleet/token.ts";

export { hashToken, isTokenForm, TOKEN_LENGTH } from "../fleet/token.ts";

/** Whether two texts are equal, in a time that tells nothing about where they differ. */
export function sameSecret(a: string, b: string): boolean {
  // Digests have one length, so the comparison does not tell the length of a secret either.
  return timingSafeEqual(Buffer.from(hashToken(a)), Buffer.from(hashToken(b)));
}
