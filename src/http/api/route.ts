import type { z } from "zod";
import type { ErrorCode } from "../../base/errors.ts";
import type { Draughtsman } from "../../fleet/plan-draft.ts";
import type { HttpDeps } from "../deps.ts";
import type { Actor } from "./actor.ts";

/** One operation of the API: what the document says of it, and what it does. The schemas of both are the same objects. */
export interface Operation<T, Q extends z.ZodObject, B extends z.ZodType, R extends z.ZodType> {
  readonly method: "get" | "post" | "patch" | "put" | "delete";
  /** Behind /api/v1; parameters in braces, as OpenAPI writes them. */
  readonly path: string;
  /** operationId: the name of the function in a generated client. */
  readonly id: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  readonly query?: Q;
  readonly body?: B;
  /** JSON by default. */
  readonly bodyType?: "text/csv";
  readonly result: R;
  readonly status?: 200 | 201;
  /** Beside those that every operation has. */
  readonly refusals?: readonly ErrorCode[];
  /** Changes must say which state they change (If-Match). */
  readonly needsState?: boolean;
  /** What the address names, and whether who asks may do this with it. @throws Refusal 404 and 403 */
  find(seeker: Seeker): T;
  run(call: Call<T, z.output<Q>, z.output<B>>): Reply<z.input<R>> | Promise<Reply<z.input<R>>>;
}
/** Groups of operations, in the order of the document. */
export type Tag =
  | "Workspaces"
  | "Members"
  | "API users"
  | "Tokens"
  | "Rights"
  | "Products"
  | "Fields"
  | "Devices"
  | "Watching";

/** What an address is resolved with. */
export interface Seeker {
  readonly deps: ApiDeps;
  readonly who: Actor;
  /** A parameter of the path, decoded. */
  param(name: string): string;
}
export interface Call<T, Q, B> extends Seeker {
  readonly found: T;
  /** FleetService.edit, in the name of who asks. */
  edit<R>(decide: (draft: Draughtsman) => R): Promise<R>;
  /** `find` again: at the turn in which a change is decided, everything may have changed. */
  again(): T;
  readonly query: Q;
  readonly body: B;
  /** @throws Refusal changed_meanwhile when the request's If-Match is not this tag */
  checkState(etag: string): void;
}
export interface Reply<R> {
  readonly body: R;
  readonly etag?: string;
  /** Address of what was created. */
  readonly location?: string;
}
/** What the API stands on. */
export type ApiDeps = HttpDeps;

/** Any operation, where its own types do not matter. */
// biome-ignore lint/suspicious/noExplicitAny: the types of one operation meet inside `route` alone
export type AnyOperation = Operation<any, any, any, any>;

/** Checks that the parts of an operation fit each other. */
export function route<T, Q extends z.ZodObject, B extends z.ZodType, R extends z.ZodType>(
  operation: Operation<T, Q, B, R>,
): AnyOperation {
  return operation;
}
