import { Refusal } from "../base/errors.ts";

export const LEAST_PASSWORD = 12;
const MOST_PASSWORD = 256;
/** Fewer different characters are a key held down. */
const LEAST_DIFFERENT = 5;

/** Of the best known passwords those that are long enough; in lower case, without what is not a letter or digit. */
const COMMON: ReadonlySet<string> = new Set(
  `123456789012 1234567890123 123456789123 123123123123 012345678901 098765432109 987654321098 112233445566
  password1234 password12345 password123456 passwordpassword mypassword123 password2024 password2025 password2026
  qwertyuiop12 qwertyuiop123 qwertyuiopas qwertyuiopasdf qwerty123456 qwerty1234567 1qaz2wsx3edc 1q2w3e4r5t6y qazwsxedcrfv
  zxcvbnm12345 asdfghjkl123 asdfghjklqwe abcdefghijkl abcdefghijklm abc123456789 abcd12345678 a123456789012
  iloveyou1234 iloveyouiloveyou letmein12345 letmeinletmein welcome12345 welcome123456 changeme1234 changemechangeme
  administrator admin1234567 adminadmin12 admin123admin administrator1 rootrootroot toortoortoor superadmin123
  football1234 baseball1234 superman1234 princess1234 dragon123456 monkey123456 sunshine1234 master123456
  correcthorsebatterystaple trustno1trustno1 fieldcast123 fieldcast1234 fieldcastfieldcast`.split(/\s+/),
);

/** One form for passwords that look the same, however a keyboard composed them. */
export function normalPassword(password: string): string {
  return password.normalize("NFKC");
}

/**
 * What a new password must be. There are no rules about kinds of characters: length is what counts.
 * @param email whose it will be
 * @throws Refusal weak_password, which says what to change
 */
export function checkPassword(password: string, email: string): void {
  const normal = normalPassword(password);
  const length = [...normal].length;
  if (length < LEAST_PASSWORD || length > MOST_PASSWORD)
    throw weak(`A password has ${LEAST_PASSWORD} to ${MOST_PASSWORD} characters; several words make a good one.`);
  const plain = normal.toLowerCase();
  const [name = ""] = email.split("@", 1);
  if (plain === email || plain === name) throw weak("The password must not be the e-mail address.");
  if (new Set(plain).size < LEAST_DIFFERENT)
    throw weak(`The password must have at least ${LEAST_DIFFERENT} different characters.`);
  if (COMMON.has(plain.replaceAll(/[^\p{L}\p{N}]/gu, "")))
    throw weak("This password is one of the first that anybody would try; choose another.");
}

function weak(message: string): Refusal {
  return new Refusal("weak_password", message);
}
