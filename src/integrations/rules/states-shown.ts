import type { RuleStates } from "./states.ts";
import type { RuleDeviceState } from "./types.ts";

const ORDER = { hot: 0, waits: 1, cold: 2 } as const;

/** What a rule remembers of devices, those first for which it has fired. */
export function statesShown(states: RuleStates, uid: number): RuleDeviceState[] {
  const found: RuleDeviceState[] = [];
  for (const [device, { hot, since, fired, quiet }] of states.of(uid)) {
    if (!hot && since === null && fired === null) continue;
    const state = hot ? "hot" : since === null ? "cold" : "waits";
    found.push({ device, state, since, fired, quiet: hot ? quiet : null });
  }
  return found.sort((a, b) => ORDER[a.state] - ORDER[b.state] || (b.fired ?? 0) - (a.fired ?? 0));
}
