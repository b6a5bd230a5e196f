import type { z } from "zod";
import type { ErrorCode } from "../../base/errors.ts";
import type { Draughtsman } from "../../fleet/plan-draft.ts";
import type { Handler, HttpDeps } from "../deps.ts";
import type { RequestPace } from "./pace.ts";
import type { Reads } from "../kit/reads.ts";
import type { Streams } from "../events/streams.ts";
import type { Actor } from "./actor.ts";

/** What the document says of an operation. Its schemas are those that check requests. */
export interface Described<Q extends z.ZodObject, B extends z.ZodType, R extends z.ZodType> {
  readonly method: "get" | "post" | "patch" | "put" | "delete";
  /** Behind /api/v1; parameters in braces, as OpenAPI writes them. */
  readonly path: string;
  /** operationId: the name of the function in a generated client. */
  readonly id: string;
  readonly tag: Tag;
  /** Who may ask; absent: who has a token, or is signed in. */
  readonly access?: Access;
  readonly summary: string;
  readonly description?: string;
  readonly query?: Q;
  readonly body?: B;
  /** JSON by default. */
  readonly bodyType?: "text/csv";
  /** What a successful answer is, when it is JSON. */
  readonly result: R;
  /** The types of content that an answer comes in, beside JSON; with `onlyThese` in its place. */
  readonly contents?: readonly string[];
  readonly onlyThese?: boolean;
  readonly status?: 200 | 201 | 202;
  /** Beside those that every operation has. */
  readonly refusals?: readonly ErrorCode[];
  /** Changes must say which state they change (If-Match). */
  readonly needsState?: boolean;
}
/** `user`: a user who is signed in, and no token; `anyone`: nobody has to say who they are. */
type Access = "user" | "anyone";

/** One operation of the API: what the document says of it, and what it does. */
interface Operation<T, Q extends z.ZodObject, B extends z.ZodType, R extends z.ZodType> extends Described<Q, B, R> {
  /** What the address names, and whether who asks may do this with it. @throws Refusal 404 and 403 */
  find(seeker: Seeker): T;
  run(call: Call<T, z.output<Q>, z.output<B>>): Reply<z.input<R>> | Promise<Reply<z.input<R>>>;
}
/** What an operation stands on that answers in its own way: with a stream, a file, or one of several forms. */
export interface HandlerNeeds {
  readonly deps: ApiDeps;
  readonly reads: Reads;
  readonly streams: Streams;
  /** Null: there is no limit. */
  readonly pace: RequestPace | null;
}
/** An operation that answers in its own way. It asks by itself who asks, and how often they may. */
export interface Handled {
  readonly described: AnyDescribed;
  handler(needs: HandlerNeeds): Handler;
}

/** Groups of operations, in the order of the document. */
export type Tag =
  | "Workspaces"
  | "Members"
  | "Users"
  | "API users"
  | "Tokens"
  | "Rights"
  | "Products"
  | "Fields"
  | "Decoders"
  | "Integrations"
  | "Webhooks"
  | "Rules"
  | "Alerts"
  | "Dashboards"
  | "External brokers"
  | "Devices"
  | "Downlinks"
  | "Measurements"
  | "Audit log"
  | "Events"
  | "Sessions"
  | "Connection"
  | "Instance"
  | "Authentication"
  | "Account"
  | "Invitations";

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
  edit<R>(decide: (draft: Draughtsman) => R | Promise<R>): Promise<R>;
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
/** What the document says of any operation. */
export type AnyDescribed = Described<z.ZodObject, z.ZodType, z.ZodType>;

/** Checks that the parts of an operation fit each other. */
export function route<T, Q extends z.ZodObject, B extends z.ZodType, R extends z.ZodType>(
  operation: Operation<T, Q, B, R>,
): AnyOperation {
  return operation;
}
