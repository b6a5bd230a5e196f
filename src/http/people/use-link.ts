import { z } from "zod";
import { Refusal } from "../../base/errors.ts";
import { checkPassword } from "../../people/password.ts";
import type { HttpContext } from "../deps.ts";
import type { PeopleDeps } from "./operation.ts";
import { askerOf, signedInUser } from "./session.ts";
import { code, email, password } from "./shapes.ts";

export const useBody = z.strictObject({
  secret: z.string().max(128),
  password: password.optional(),
  email: email.optional(),
  code: code.optional(),
});

/**
 * Uses a link. An invitation takes the session of the invited address's account, or a password: the account's, or a new one
 * when there is no account yet.
 * @returns the account's address
 * @throws Refusal link_over, weak_password, sign_in_needed, sign_in_failed, second_factor_needed, too_many_attempts
 */
export async function useLink(deps: PeopleDeps, c: HttpContext, given: z.output<typeof useBody>): Promise<string> {
  const { service } = deps.people;
  const { kind, email: address } = await service.links.look(given.secret);
  if (kind === "invitation") return joinBy(deps, c, address, given);
  const wish = { password: given.password ?? "", ...(given.email !== undefined && { email: given.email }) };
  return service.links.setPassword(given.secret, wish, askerOf(c));
}

/**
 * Who invites may hold the link, too: until it is used up, nothing here may tell whether the address has an account, so
 * everything that is asked for is asked for in both cases.
 */
async function joinBy(
  deps: PeopleDeps,
  c: HttpContext,
  address: string,
  given: z.output<typeof useBody>,
): Promise<string> {
  const { service } = deps.people;
  const asker = askerOf(c);
  const user = deps.directory.userByEmail(address)?.uid;
  const person = signedInUser(deps, c)?.signedIn.user;
  if (person !== undefined && person === user) return service.joining.accept(given.secret, null, person, asker);
  if (given.password === undefined)
    throw new Refusal(
      "sign_in_needed",
      `Choose a password for ${address}; or, if this address has an account here, give its password or sign in with it.`,
    );
  checkPassword(given.password, address);
  if (user === undefined) return service.joining.accept(given.secret, given.password, null, asker);
  return service.joinAs(given.secret, { email: address, password: given.password, code: given.code }, asker);
}
