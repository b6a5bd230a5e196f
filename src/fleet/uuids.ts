import type { Random } from "./token.ts";
import type { FleetChange } from "./types.ts";

/** A random UUID (RFC 9562, version 4). */
export function newUuid(random: Random): string {
  const hex = Buffer.from(random(16)).toString("hex");
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    variant + hex.slice(18, 20),
    hex.slice(20, 32),
  ].join("-");
}

/** The UUID that a text is, as it is stored; null: it is none. */
export function uuidOf(text: string): string | null {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : null;
}

/** Drafts of one step. */
const AT_ONCE = 500;

/**
 * The drafts, in short steps, with what every committed row has and no draft needs to say: a UUID where a kind has one, and when a new
 * row was made.
 */
export function* completed(
  drafts: readonly FleetChange[],
  { random, micros }: { readonly random: Random; micros(): number },
): Generator<void, readonly FleetChange[]> {
  const whole: FleetChange[] = [];
  const now = micros();
  for (const draft of drafts) if (whole.push(complete(draft, random, now)) % AT_ONCE === 0) yield;
  return whole;
}
function complete(draft: FleetChange, random: Random, now: number): FleetChange {
  if (draft.op === "delete") return draft;
  switch (draft.kind) {
    case "product": {
      const { uuid = newUuid(random), integrationKey = newUuid(random) } = draft.row;
      return { ...draft, row: { ...made(draft.row, now), uuid, integrationKey } };
    }
    case "workspace":
      return { ...draft, row: named(made(draft.row, now), random) };
    case "field":
      return { ...draft, row: named(draft.row, random) };
    case "user":
      return { ...draft, row: named(draft.row, random) };
    case "device":
      return { ...draft, row: made(draft.row, now) };
    case "apiUser":
      return { ...draft, row: made(draft.row, now) };
    default:
      return draft;
  }
}
function named<R extends { readonly uuid?: string }>(row: R, random: Random): R {
  return row.uuid === undefined ? { ...row, uuid: newUuid(random) } : row;
}
function made<R extends { readonly uid: number; readonly created?: number }>(row: R, now: number): R {
  return row.uid > 0 || row.created !== undefined ? row : { ...row, created: now };
}
