import { z } from "zod";
import type { HttpContext } from "../deps.ts";
import type { PeopleDeps } from "./operation.ts";
import { askerOf, personOf } from "./session.ts";
import { code, email, password } from "./shapes.ts";

export const useBody = z.strictObject({
  secret: z.string().max(128),
  password: password.optional(),
  email: email.optional(),
  code: code.optional(),
});

/**
 * Uses a link. An invitation of an address that has an account takes the session of that account, or its password.
 * @returns the account's address
 * @throws Refusal link_over, weak_password, sign_in_needed, sign_in_failed, second_factor_needed, too_many_attempts
 */
export async function useLink(deps: PeopleDeps, c: HttpContext, given: z.output<typeof useBody>): Promise<string> {
  const { service } = deps.people;
  const asker = askerOf(c);
  const { kind, email: address, known: hasAccount } = await service.links.look(given.secret);
  if (kind !== "invitation") {
    const wish = { password: given.password ?? "", ...(given.email !== undefined && { email: given.email }) };
    return service.links.setPassword(given.secret, wish, asker);
  }
  if (!hasAccount) return service.links.accept(given.secret, given.password ?? null, null, asker);
  const person = personOf(deps, c);
  if (person !== null || given.password === undefined)
    return service.links.accept(given.secret, null, person?.signedIn.user ?? null, asker);
  const { signedIn } = await service.signIn({ email: address, password: given.password, code: given.code }, asker);
  try {
    return await service.links.accept(given.secret, null, signedIn.user, asker);
  } finally {
    // it was only to prove who accepts
    await service.signOut(signedIn.user, signedIn.hash, asker);
  }
}
