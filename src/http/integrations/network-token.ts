import { isTokenForm } from "../../auth/token.ts";

/** Headers in which a token is meant, whatever stands in them. Helium Console's users write `Authentication`. */
const MEANT = ["authorization", "authentication", "token", "x-api-key", "x-auth-token", "x-access-token"];
/** Words that stand in front of a token. */
const WORD = /^(?:token|bearer)\s+/i;

/**
 * The access token of a network's request. Consoles of networks let people choose a header, and some of them no usual one; so it is taken from
 * the headers in which one is meant, else from any other that holds what has a token's form, else from `?token=`.
 * @returns the value as it is for `Authority.authenticateHttp`; null: none was sent
 */
export function networkToken(headers: Headers, query: URLSearchParams): string | null {
  for (const name of MEANT) {
    const value = headers.get(name)?.trim() ?? "";
    if (value !== "") return isTokenForm(value) ? `Token ${value}` : (ofBasic(value) ?? value);
  }
  for (const value of headers.values()) {
    const bare = value.trim().replace(WORD, "");
    if (isTokenForm(bare)) return `Token ${bare}`;
  }
  const parameter = query.get("token")?.trim().replace(WORD, "") ?? "";
  return parameter === "" ? null : `Token ${parameter}`;
}

/** Consoles that offer user name and password alone: the token is one of them, or both. */
function ofBasic(value: string): string | null {
  const [, base64 = ""] = /^basic\s+([A-Za-z0-9+/]{1,400}={0,2})$/i.exec(value) ?? [];
  const [user = "", password = ""] = Buffer.from(base64, "base64").toString("utf8").split(":");
  const token = [password, user].find(isTokenForm);
  return token === undefined ? null : `Token ${token}`;
}
