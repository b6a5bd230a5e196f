import { Secret, TOTP } from "otpauth";
import type { Micros } from "../base/types.ts";
import type { Random } from "../fleet/token.ts";

/** Time-based one-time passwords (RFC 6238) in the form that every app knows: SHA-1, 6 digits, 30 seconds. */

const STEP_SECONDS = 30;
const DIGITS = 6;
/** RFC 4226 section 4 asks for at least 128 bits and recommends 160. */
const SECRET_BYTES = 20;
const ISSUER = "fieldcast";
/** Steps before and after this one whose codes are good, too: clocks differ, and people type. */
const WINDOW = 1;
const RECOVERY_CODES = 10;
/** 80 bits each: too many to try them all against a stolen hash. */
const RECOVERY_BYTES = 10;

/** A new secret in base32. */
export function newTotpSecret(random: Random): string {
  return new Secret({ buffer: copyOf(random(SECRET_BYTES)) }).base32;
}

/** What an app reads from a QR code. */
export function totpUri(secret: string, email: string): string {
  return totp(secret, email).toString();
}

/**
 * The time step whose code this is; null: of none that is good now, or one that was used.
 * @param last time step of the last code that was accepted: it and all before are used (RFC 6238 section 5.2)
 */
export function totpStepOf(secret: string, code: string, now: Micros, last: number): number | null {
  const plain = code.replaceAll(" ", "");
  if (!/^\d{6}$/.test(plain)) return null;
  const timestamp = now / 1000;
  const delta = totp(secret, "").validate({ token: plain, timestamp, window: WINDOW });
  if (delta === null) return null;
  const step = Math.floor(timestamp / 1000 / STEP_SECONDS) + delta;
  return step > last ? step : null;
}

/** Codes for the day on which the phone is lost, each good once: xxxx-xxxx-xxxx-xxxx. */
export function newRecoveryCodes(random: Random): string[] {
  return Array.from({ length: RECOVERY_CODES }, () => {
    const text = new Secret({ buffer: copyOf(random(RECOVERY_BYTES)) }).base32.toLowerCase();
    return text.replaceAll(/(.{4})(?=.)/g, "$1-");
  });
}
/** The form in which recovery codes are compared, however they were typed. */
export function normalRecoveryCode(code: string): string {
  return code.toLowerCase().replaceAll(/[^a-z2-7]/g, "");
}

function totp(secret: string, label: string): TOTP {
  return new TOTP({
    issuer: ISSUER,
    label,
    algorithm: "SHA1",
    digits: DIGITS,
    period: STEP_SECONDS,
    secret: Secret.fromBase32(secret),
  });
}
function copyOf(bytes: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(bytes.length);
  new Uint8Array(copy).set(bytes);
  return copy;
}
