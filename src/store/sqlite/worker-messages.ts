import { type ErrorCode, errorText, Refusal } from "../../base/errors.ts";
import { FleetChanged } from "../changed.ts";
import { SeriesTaken } from "../taken.ts";

/** What goes between the main thread and a worker of a store; each request is answered by exactly one Answer with its number. */
export interface Numbered<Q> {
  readonly no: number;
  readonly request: Q;
}

export interface Failure {
  /** null: a mistake of the caller, not of the store. */
  readonly code: ErrorCode | null;
  readonly message: string;
  /** Of a SeriesTaken. */
  readonly taken?: SeriesTaken["ids"];
  /** Of a FleetChanged. */
  readonly changed?: number;
}
export type Answer =
  | { readonly no: number; readonly value: unknown }
  | { readonly no: number; readonly failure: Failure };
/** Not an answer: background work failed and will be tried again. */
export interface Notice {
  readonly notice: string;
}

/** An error as it goes through a message. */
export function failureOf(error: unknown): Failure {
  const message = errorText(error);
  const taken = error instanceof SeriesTaken ? { taken: error.ids } : {};
  const changed = error instanceof FleetChanged ? { changed: error.rev } : {};
  return { code: error instanceof Refusal ? error.code : null, message, ...taken, ...changed };
}
/** The error that a failure stands for: a Refusal, a SeriesTaken, a FleetChanged, or for a mistake of the caller a RangeError. */
export function errorOf(failure: Failure): Error {
  if (failure.taken !== undefined) return new SeriesTaken(failure.taken);
  if (failure.changed !== undefined) return new FleetChanged(failure.changed);
  return failure.code === null ? new RangeError(failure.message) : new Refusal(failure.code, failure.message);
}
