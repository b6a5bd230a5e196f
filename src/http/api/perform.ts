import type { Actor } from "./actor.ts";
import type { AnyOperation, ApiDeps, Seeker } from "./route.ts";
import { callOf, checked } from "./serve.ts";

/** What an operation is asked for, without a request of its own. */
export interface Wish {
  /** Parameters of the path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}
/**
 * Does an operation for who asks by another interface: the same rights, checks, audit entries and refusals.
 * @returns its answer @throws Refusal, BadValues as the operation over HTTP
 */
export async function perform(deps: ApiDeps, who: Actor, operation: AnyOperation, wish: Wish): Promise<unknown> {
  const seeker: Seeker = { deps, who, param: (name) => wish.params[name] ?? "" };
  const found: unknown = operation.find(seeker);
  const query = operation.query ? checked(operation.query, wish.query ?? {}, "?") : {};
  const body = operation.body && checked(operation.body, wish.body, "");
  return (await operation.run(callOf(operation, seeker, { found, query, body, ifMatch: "*" }))).body;
}
