import { isTokenForm, sameSecret, TOKEN_LENGTH } from "./token.ts";

/** What the credentials of a client come to: the secret to look for, or what is wrong with them. */
type Secret = { readonly secret: string } | { readonly wrong: string };

const FORM = `${TOKEN_LENGTH} lower-case hexadecimal characters`;
/** Longer texts are nothing like a token; they are not searched, for what comes before a login must cost nothing. */
const LONGEST = 128;
const HEADER = "Authorization: Token <access token>";

/**
 * The token in a CONNECT (section 2): in both fields, or in one of them while the other is empty or not there (clients
 * that can encode 127 bytes send one only). A user name ends at its first `?`: an SDK appends its name and version there.
 * @param userName and password; "" when they are not there
 * @returns texts without any of what was sent
 */
export function secretOf(userName: string, password: string): Secret {
  const name = cutName(userName);
  if (password === "" && name === "")
    return { wrong: "Log in with an access token: as user name, as password, or as both. None was sent." };
  if (password === "") return { secret: name };
  if (name === "" || sameSecret(name, password)) return { secret: password };
  const fault = faultOf("The user name", name) ?? faultOf("The password", password);
  const rule = "The user name must be the access token too, the same as the password, or stay empty.";
  return { wrong: fault === null ? rule : `${fault} ${rule}` };
}
/** Whether a CONNECT bears nothing that says who it is: neither is there, or they are empty. */
export function isNobody(userName: string, password: string): boolean {
  return password === "" && cutName(userName) === "";
}
function cutName(userName: string): string {
  const at = userName.indexOf("?");
  return at < 0 ? userName : userName.slice(0, at);
}

/** The token in an Authorization header: `Token <token>` or `Bearer <token>`, whatever the case of the word. */
export function secretOfHeader(header: string): Secret {
  const [scheme = "", token, ...rest] = header.trim().split(/\s+/);
  const word = scheme.toLowerCase();
  if ((word === "token" || word === "bearer") && token !== undefined && rest.length === 0) return { secret: token };
  const send = `Send the header: ${HEADER}`;
  if (word === "") return { wrong: send };
  if (word === "basic") return { wrong: `Basic authentication is not taken here. ${send}` };
  if (token === undefined && isTokenForm(word))
    return { wrong: `The word Token and a space are missing in front of the access token. ${send}` };
  if ((word === "token:" || word === "bearer:" || word === "token=") && token !== undefined)
    return { wrong: `Between the word Token and the access token stands a space and nothing else. ${send}` };
  return { wrong: send };
}

/** Why a text that is no token's form is none, in words that say what to change. */
export function noToken(secret: string): string {
  return faultOf("The access token", secret) ?? `This is not an access token: those are ${FORM}.`;
}

/**
 * What keeps a text from being a token that it nearly is; null when it has a token's form, or nothing like it. It looks
 * at the form alone, so that it tells nothing about the tokens there are.
 */
function faultOf(what: string, text: string): string | null {
  if (isTokenForm(text) || text.length > LONGEST) return null;
  const faults: string[] = [];
  const behind = /[\s\0\ufeff]+$/.exec(text)?.[0] ?? "";
  const before = /^[\s\0\ufeff]+/.exec(text)?.[0] ?? "";
  if (behind !== "") faults.push(`ends with ${spaceName(behind)}`);
  if (before !== "") faults.push(`begins with ${spaceName(before)}`);
  const word = /^(token|bearer)[\s:=]+/i.exec(text.slice(before.length));
  if (word) faults.push("begins with a word that belongs into HTTP's header only");
  const inner = bare(text.slice(before.length + (word?.[0].length ?? 0)));
  if (/^["'<].*["'>]$/.test(inner)) faults.push("stands in quotation marks or brackets");
  const core = inner.replace(/^["'<]|["'>]$/g, "");
  if (core !== core.toLowerCase()) faults.push("has upper-case letters");
  const hex = /^[0-9a-f]+$/i.test(core);
  if (hex && core.length !== TOKEN_LENGTH) faults.push(`has ${core.length} characters instead of ${TOKEN_LENGTH}`);
  // beyond that it is not like a token, and what its letters are is nobody's concern
  if (!hex || core.length < TOKEN_LENGTH / 2 || faults.length === 0) return null;
  return `${what} ${faults.join(" and ")}: send ${FORM} and nothing else.`;
}
function bare(text: string): string {
  return text.replace(/^[\s\0\ufeff]+|[\s\0\ufeff]+$/g, "");
}
function spaceName(space: string): string {
  if (/[\r\n]/.test(space)) return "a line break";
  if (space.includes("\0")) return "a NUL byte";
  return space.includes("\ufeff") ? "a byte order mark" : "white space";
}
