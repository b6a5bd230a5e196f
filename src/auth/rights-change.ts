import type { Principal } from "./principal.ts";

export interface RightsChange {
  /** Something is lost: a device, a scope, `operate`, the use of MQTT (see principal.mqtt), or the whole account. */
  readonly narrowed: boolean;
}

/** Adds what a principal gained or lost to what is known of it. @param change null: nothing */
export function note(changed: Map<Principal, RightsChange>, principal: Principal, change: RightsChange | null): void {
  if (!change) return;
  const narrowed = change.narrowed || (changed.get(principal)?.narrowed ?? false);
  changed.set(principal, { narrowed });
}
