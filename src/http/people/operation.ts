import type { z } from "zod";
import { senderOf } from "../../base/address.ts";
import type { Described } from "../api/route.ts";
import { allow } from "../api/allow.ts";
import type { Shared } from "../api/serve.ts";
import { authenticate } from "../kit/access.ts";
import type { Handler, HttpContext, HttpDeps, SignInPort } from "../deps.ts";
import { inputOf } from "./input.ts";
import { mustBeSignedIn } from "./session.ts";

/** What the operations of people stand on. */
export type PeopleDeps = HttpDeps & { readonly people: SignInPort };

/**
 * An operation of people who sign in. It stands in the document as all others do. Unlike theirs its answer may set the
 * cookie, is never given again (it may hold what is shown once), and has no state to compare.
 */
interface PeopleOperation<T, B extends z.ZodType, R extends z.ZodType> extends Described<z.ZodObject, B, R> {
  /** Whether who asks may do this; what the address names. @throws Refusal */
  find(deps: PeopleDeps, c: HttpContext): T;
  run(call: PeopleCall<T, z.output<B>>): Told<z.input<R>> | Promise<Told<z.input<R>>>;
}
interface PeopleCall<T, B> {
  readonly deps: PeopleDeps;
  readonly c: HttpContext;
  readonly found: T;
  readonly body: B;
}
interface Told<R> {
  readonly body: R;
  /** Set-Cookie. */
  readonly cookie?: string;
}

/** Any of them, where its own types do not matter. */
// biome-ignore lint/suspicious/noExplicitAny: the types of one operation meet inside `peopleRoute` alone
export type AnyPeopleOperation = PeopleOperation<any, any, any>;

/** Checks that the parts of an operation fit each other. */
export function peopleRoute<T, B extends z.ZodType, R extends z.ZodType>(
  operation: PeopleOperation<T, B, R>,
): AnyPeopleOperation {
  return operation;
}

/** An operation as a handler: who asks, how often, may they, is it well-formed; then it runs. */
export function servePeople(shared: Shared, deps: PeopleDeps, operation: AnyPeopleOperation): Handler {
  return async (c) => {
    count(shared, deps, c, operation);
    const found: unknown = operation.find(deps, c);
    const body: unknown = operation.body && (await inputOf(c, operation.body));
    const told = await operation.run({ deps, c, found, body });
    const headers = new Headers({ "Content-Type": "application/json; charset=utf-8" });
    if (told.cookie !== undefined) headers.append("Set-Cookie", told.cookie);
    return new Response(JSON.stringify(told.body), { status: operation.status ?? 200, headers });
  };
}

/** Counts a request: of an account, or of an address where nobody has to say who it is. @throws Refusal */
function count(shared: Shared, deps: PeopleDeps, c: HttpContext, { access }: AnyPeopleOperation): void {
  if (access === "anyone") return allow({ deps, pace: shared.strangers }, c, senderOf(c.env.remoteAddress));
  const principal = access === "user" ? mustBeSignedIn(deps, c).principal : authenticate(deps, c);
  allow(shared, c, principal.key);
}
