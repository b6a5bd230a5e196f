import { hash } from "node:crypto";
import type { Token } from "./types.ts";

/** Gives `n` random bytes that nobody can guess. Body: crypto.getRandomValues; a counter in tests. */
export type Random = (n: number) => Uint8Array;

export const TOKEN_LENGTH = 40;

/** Whether the text has the form of an access token: 40 lower-case hex characters (section 2). */
export function isTokenForm(text: string): boolean {
  if (text.length !== TOKEN_LENGTH) return false;
  for (let i = 0; i < TOKEN_LENGTH; i++) {
    const c = text.charCodeAt(i);
    const hex = (c >= 0x30 && c <= 0x39) || (c >= 0x61 && c <= 0x66);
    if (!hex) return false;
  }
  return true;
}

/** What is stored of a token: its SHA-256 in lower-case hex. Tokens are 160 random bits, so no salt is needed. */
export function hashToken(token: string): string {
  return hash("sha256", token, "hex");
}

/** A new token: 160 random bits as 40 lower-case hex characters. */
export function newToken(random: Random): string {
  return Buffer.from(random(TOKEN_LENGTH / 2)).toString("hex");
}

/** The last four characters, kept to tell tokens apart in lists. */
export function tokenHint(token: string): string {
  return token.slice(-4);
}

/** Key of the principal that a token belongs to. */
export function ownerKey(token: Token): string {
  return token.user !== null ? `u:${token.user}` : `a:${token.apiUser}`;
}
