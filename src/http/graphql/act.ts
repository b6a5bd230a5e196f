import { Refusal } from "../../base/errors.ts";
import { OPERATIONS } from "../api/index.ts";
import { type Wish, perform } from "../api/perform.ts";
import { type GraphContext, mustBeSomebody, orWhy } from "./context.ts";

/** Does an operation of /api/v1 for who asks: its rights, checks and audit entries. @throws Refusal as it does */
export function act(context: GraphContext, id: string, wish: Wish): Promise<unknown> {
  const operation = OPERATIONS.find((one) => one.id === id);
  if (!operation) throw new Error(`there is no operation ${id}`);
  return perform(context.deps, mustBeSomebody(context), operation, wish);
}

/** The same, answered as the platform answers a change: ok, or why not. */
export function acted<T extends object>(context: GraphContext, id: string, wish: Wish, answer: () => T) {
  return orWhy(async () => {
    await act(context, id, wish);
    return { ok: true, error: null, ...answer() };
  });
}

/** What a change is about, where it may be seen. @throws Refusal */
export function there<T>(found: T | null, what: string): T {
  if (found !== null) return found;
  throw new Refusal("not_found", `There is no such ${what}, or you may not see it.`);
}

/** A body without what was not given: that stays as it is. */
export function given(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}
/** The same of values that cannot be taken away: null says nothing, too. */
export function said(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value != null));
}
