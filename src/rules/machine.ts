import type { Micros } from "../base/types.ts";
import type { HappeningKind } from "./types.ts";

/** A moment on both clocks: what people read, and what lasts. Where there is one clock (a dry run), both are the same. */
export interface Moment {
  readonly at: Micros;
  readonly steady: Micros;
}

/** What a rule remembers of one device. All of it is plain data; what is as in `COLD` need not be kept. */
export interface RuleState {
  /** It has fired, and not cleared. */
  hot: boolean;
  /** Since when what it asks for holds; null: it does not. */
  since: Micros | null;
  /** Steady: when it will have held for long enough; null: it does not wait. */
  due: Micros | null;
  /** Steady: when it is told again; null: not. */
  repeatAt: Micros | null;
  /** When it fired last; null: never. */
  fired: Micros | null;
  /** Bits of comparisons with a hysteresis that are true. */
  latched: number;
  /** Of a geofence: whether the device is in the circle; null: not known. */
  inside: boolean | null;
  /** Of a geofence: it crossed the circle as asked for, and has not crossed back. */
  crossed: boolean;
  /** Why its actions did not run when it fired. */
  quiet: "limit" | "snooze" | "loop" | null;
}
export const COLD: RuleState = {
  hot: false,
  since: null,
  due: null,
  repeatAt: null,
  fired: null,
  latched: 0,
  inside: null,
  crossed: false,
  quiet: null,
};
/** Whether there is nothing to remember. */
export function isCold(state: RuleState): boolean {
  return !state.hot && state.since === null && state.latched === 0 && state.inside === null && state.fired === null;
}

/** How long what a rule asks for must hold, and how often it is told while it holds, in µs. */
export interface Timing {
  readonly hold: Micros;
  readonly repeat: Micros | null;
}

/** What a look changed: what happened, or that it began (or ceased) to wait. */
export type Change = HappeningKind | "waits" | "waits_no_more";

/**
 * One look at a rule for one device; `state` is changed in place.
 * @param holds whether what it asks for is so at this moment
 * @returns null: nothing changed that anybody would be told
 */
export function look(timing: Timing, state: RuleState, holds: boolean, { at, steady }: Moment): Change | null {
  if (!holds) return ceased(state);
  if (state.hot) {
    if (state.repeatAt === null || steady < state.repeatAt || timing.repeat === null) return null;
    state.repeatAt = steady + timing.repeat;
    return "repeated";
  }
  if (state.since === null) {
    state.since = at;
    state.due = timing.hold === 0 ? null : steady + timing.hold;
    if (timing.hold > 0) return "waits";
  } else if (state.due !== null && steady < state.due) return null;
  state.hot = true;
  state.due = null;
  state.fired = at;
  state.repeatAt = timing.repeat === null ? null : steady + timing.repeat;
  return "fired";
}
function ceased(state: RuleState): Change | null {
  const { hot, since } = state;
  state.hot = false;
  state.since = null;
  state.due = null;
  state.repeatAt = null;
  if (hot) return "cleared";
  return since === null ? null : "waits_no_more";
}

/**
 * A position of a device that a geofence looks at. The first one that is known tells where it is, not that it went there.
 * @param isInside whether it lies in the circle
 * @returns whether the device is where the rule asks for, having gone there
 */
export function cross(state: RuleState, event: "enter" | "leave", isInside: boolean): boolean {
  const was = state.inside;
  const isThere = event === "enter" ? isInside : !isInside;
  state.inside = isInside;
  if (!isThere) state.crossed = false;
  else if (was !== null && was !== isInside) state.crossed = true;
  return state.crossed;
}

/**
 * How often an hour actions may run: the times of the last hour are remembered.
 * @param times steady, oldest first; changed in place
 * @returns whether one more may
 */
export function mayRun(times: Micros[], limit: number | null, now: Micros): boolean {
  if (limit === null) return true;
  while (times.length > 0 && (times[0] as number) <= now - HOUR) times.shift(); // length > 0
  if (times.length >= limit) return false;
  times.push(now);
  return true;
}
const HOUR = 3_600_000_000;
