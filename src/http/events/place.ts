import { Refusal } from "../../base/errors.ts";
import { quote } from "../../measure/bytes.ts";
import type { Seq } from "../../store/ports.ts";

/** The place of an event: its number, and when it was told in Unix seconds. */
export interface Place {
  readonly seq: Seq;
  readonly seconds: number | null;
}
/** @throws Refusal invalid_request */
export function lastOf(text: string | undefined): Place | null {
  if (text === undefined || text === "") return null;
  const [, seq, seconds] = /^(\d{1,15})(?:-(\d{1,11}))?$/.exec(text) ?? [];
  if (seq === undefined) throw new Refusal("invalid_request", `Last-Event-ID ${quote(text)} is none that was given.`);
  return { seq: Number(seq), seconds: seconds === undefined ? null : Number(seconds) };
}
