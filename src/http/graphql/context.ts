import type { Principal } from "../../auth/principal.ts";
import { type ErrorCode, Refusal } from "../../base/errors.ts";
import type { Micros } from "../../base/types.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Actor } from "../api/actor.ts";
import type { HttpDeps } from "../deps.ts";
import { GraphQLError } from "graphql";
import type { Gate } from "./gate.ts";

/** What every resolver of one request stands on. */
export interface GraphContext {
  readonly deps: HttpDeps;
  /** Null: nobody said who they are. */
  readonly who: Actor | null;
  /** The access token of the request, which is echoed to its owner; null: none. */
  readonly secret: string | null;
  readonly address: string;
  /** µs, the same for the whole answer. */
  readonly now: Micros;
  /** Questions to the store: some at a time, and no more cells in all than one history may have. */
  readonly gate: Gate;
  /** Devices of which the answer tells something: rights are looked at once more before it leaves. */
  readonly told: Set<DeviceNode>;
}

/** Who asks. @throws GraphQLError NOT_AUTHENTICATED */
export function mustBeSomebody({ who }: GraphContext): Actor {
  if (who) return who;
  throw failure("NOT_AUTHENTICATED", "Send the header Authorization: Token <access token>.");
}

/** Codes of the platform's errors. */
type FailureCode =
  | "NOT_AUTHENTICATED"
  | "NOT_AUTHORIZED"
  | "NOT_FOUND"
  | "VALIDATION_ERROR"
  | "CANNOT_PERFORM_OPERATION"
  | "DEVICE_NOT_FOUND"
  | "FIELD_DOES_NOT_EXIST"
  | "INSUFFICIENT_QUOTA"
  | "INVALID_AUTHENTICATION_CODE";

export function failure(code: FailureCode, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

/** What the platform calls a refusal of ours; the message says more. */
const CODES: ReadonlyMap<ErrorCode, FailureCode> = new Map<ErrorCode, FailureCode>([
  ["unknown_token", "NOT_AUTHENTICATED"],
  ["expired_token", "NOT_AUTHENTICATED"],
  ["sign_in_failed", "NOT_AUTHENTICATED"],
  ["sign_in_needed", "NOT_AUTHENTICATED"],
  ["second_factor_needed", "INVALID_AUTHENTICATION_CODE"],
  ["not_permitted", "NOT_AUTHORIZED"],
  ["unknown_device", "DEVICE_NOT_FOUND"],
  ["unknown_field", "FIELD_DOES_NOT_EXIST"],
  ["unknown_product", "NOT_FOUND"],
  ["not_found", "NOT_FOUND"],
  ["quota_exceeded", "INSUFFICIENT_QUOTA"],
  ["rate_limited", "INSUFFICIENT_QUOTA"],
  ["too_many_attempts", "INSUFFICIENT_QUOTA"],
  ["ambiguous_device", "CANNOT_PERFORM_OPERATION"],
  ["storage_unavailable", "CANNOT_PERFORM_OPERATION"],
  ["not_available", "CANNOT_PERFORM_OPERATION"],
  ["immutable", "CANNOT_PERFORM_OPERATION"],
  ["last_owner", "CANNOT_PERFORM_OPERATION"],
]);
export function codeOf({ code }: Refusal): FailureCode {
  return CODES.get(code) ?? "VALIDATION_ERROR";
}

/** Whether a device may be shown: it is noted, so that rights are looked at again. */
export function mayShow({ who, told }: GraphContext, device: DeviceNode): boolean {
  if (who === null || device.deleted || !who.principal.mayView(device)) return false;
  told.add(device);
  return true;
}
export function principalOf({ who }: GraphContext): Principal | null {
  return who?.principal ?? null;
}

/**
 * What a mutation answers where something is refused: the platform says `ok: false` and why, beside other mutations of the
 * same document that succeed.
 */
export async function orWhy<T extends object>(
  work: () => Promise<T>,
): Promise<T | { readonly ok: false; readonly error: string }> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, error: whyText(error) };
    throw error;
  }
}

/** A refusal with what is wrong with its first rows. */
function whyText({ message, rows = [] }: Refusal): string {
  const some = rows.slice(0, 5).map((bad) => bad.message);
  return [message, ...some].join(" ");
}
