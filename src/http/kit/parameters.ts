import { Refusal } from "../../base/errors.ts";
import { near } from "../../base/suggest.ts";
import { quote } from "../../measure/bytes.ts";
import type { HttpContext } from "../deps.ts";

/**
 * Refuses parameters that an address does not know: a misspelt one would silently change what is asked for.
 * @param known those that mean something, with those that programs for the hosted platform are known to send
 */
export function onlyParameters(...known: readonly string[]) {
  return only(known, (name) => name);
}
/** Like `onlyParameters`, where upper and lower case mean the same. */
export function onlyParametersInAnyCase(...known: readonly string[]) {
  return only(known, (name) => name.toLowerCase());
}

function only(known: readonly string[], form: (name: string) => string) {
  return async (c: HttpContext, next: () => Promise<void>): Promise<void> => {
    // who does not say who it is is told that first
    if (!c.req.url.includes("?") || c.req.header("Authorization") === undefined) return next();
    for (const name of new URL(c.req.url).searchParams.keys()) {
      if (known.includes(form(name))) continue;
      const guess = near(name, known);
      const meant = guess === null ? "" : `; did you mean ${quote(guess)}?`;
      const all = known.length === 0 ? "It takes none." : `Known: ${known.join(", ")}.`;
      throw new Refusal("invalid_request", `There is no parameter ${quote(name)} here${meant || "."} ${all}`);
    }
    await next();
  };
}
