import { createHash, timingSafeEqual } from "node:crypto";
import type { Random } from "../fleet/token.ts";

/** Bytes of the secrets in cookies and links. */
const SECRET_BYTES = 32;
const SECRET_LENGTH = SECRET_BYTES * 2;

/** A secret for a cookie or a link: 256 random bits in lower-case hex, a form that the log never shows. */
export function newSecret(random: Random): string {
  return Buffer.from(random(SECRET_BYTES)).toString("hex");
}
export function isSecretForm(text: string): boolean {
  return text.length === SECRET_LENGTH && /^[0-9a-f]+$/.test(text);
}
/** What is stored of a secret: lower-case hex SHA-256. It is long and random, so no salt is needed. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
/** The token against forged requests that belongs to a cookie. It says nothing about the cookie. */
export function csrfOf(secret: string): string {
  return createHash("sha256").update(`csrf ${secret}`).digest("hex");
}
/** Compares in a time that does not tell where texts differ. */
export function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
