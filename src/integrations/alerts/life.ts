import type { Micros } from "../../base/types.ts";
import type { RuleAlert } from "../../fleet/types.ts";
import type { Happening } from "../../rules/types.ts";
import type { Alert, AlertActor, AlertStep } from "./types.ts";

/** The life of an alert, as rules without a clock and without a store. */

/** Steps that are kept: the first one, and the newest. */
const MOST_STEPS = 50;

/** What a happening makes of alerts. */
interface Lived {
  /** The alert as it is then; null: there is none, and there was none. */
  readonly alert: Alert | null;
  /** It is new, or another than before. */
  readonly isChanged: boolean;
  /** The rule's actions are done. */
  readonly acts: boolean;
}

/**
 * What becomes of the alert of a rule and a device.
 * @param before the one that is not closed; null: there is none
 * @param make a new one: its number, and what it says
 * @param isShut somebody has closed the alert since the rule became true
 */
export function lived(
  before: Alert | null,
  happening: Happening,
  rule: { readonly workspace: number; readonly name: string; readonly alert: RuleAlert | null },
  make: () => { readonly id: number; readonly text: string },
  isShut = false,
): Lived {
  const { kind, quiet, reason } = happening;
  const isLoud = quiet === null && reason === null;
  switch (kind) {
    case "fired":
      if (rule.alert === null) return { alert: before, isChanged: false, acts: isLoud };
      if (before === null) return { alert: opened(happening, rule, rule.alert, make()), isChanged: true, acts: isLoud };
      return { alert: again(before, happening, true), isChanged: true, acts: isLoud };
    case "repeated": {
      if (rule.alert === null) return { alert: before, isChanged: false, acts: isLoud };
      // somebody has closed it, or looks after it: they need not be told again
      if (before === null && isShut) return { alert: null, isChanged: false, acts: false };
      if (before === null) return { alert: opened(happening, rule, rule.alert, make()), isChanged: true, acts: isLoud };
      return { alert: again(before, happening, false), isChanged: true, acts: isLoud && before.state === "open" };
    }
    case "cleared": {
      const closes = before !== null && rule.alert?.closes !== false;
      if (!closes) return { alert: before, isChanged: false, acts: isLoud };
      return { alert: closed(before, null, REASONS[reason ?? "good"], happening.time), isChanged: true, acts: isLoud };
    }
    default:
      return kind satisfies never;
  }
}
const REASONS = {
  good: null,
  hours: "The hours of the rule are over.",
  changed: "The rule was changed.",
  off: "The rule was switched off.",
} as const;

function opened(
  { rule: uid, device, time, values }: Happening,
  { workspace, name }: { readonly workspace: number; readonly name: string },
  { severity }: RuleAlert,
  { id, text }: { readonly id: number; readonly text: string },
): Alert {
  return {
    ...{ id, workspace, rule: uid, device, ruleName: name, severity, text, state: "open" },
    ...{ opened: time, changed: time, count: 1, fired: time, values, latest: values, acknowledged: null },
    steps: [{ time, what: "opened", by: null, note: null }],
  };
}
/** @param isNew it was true no more in between: who looks after it is told anew */
function again(alert: Alert, { time, values }: Happening, isNew: boolean): Alert {
  const next: Alert = { ...alert, count: alert.count + 1, fired: time, latest: values, changed: time };
  if (!isNew) return next;
  return stepped({ ...next, state: "open", acknowledged: null }, { time, what: "fired", by: null, note: null });
}

/** Somebody looks after it. The same when it is not open. */
export function acknowledged(alert: Alert, by: AlertActor, note: string | null, now: Micros): Alert {
  if (alert.state !== "open") return alert;
  const next: Alert = { ...alert, state: "acknowledged", acknowledged: { ...by, time: now }, changed: now };
  return stepped(next, { time: now, what: "acknowledged", by, note });
}
/** It is over. The same when it is already. @param by null: the rule closes it */
export function closed(alert: Alert, by: AlertActor | null, note: string | null, now: Micros): Alert {
  if (alert.state === "closed") return alert;
  return stepped({ ...alert, state: "closed", changed: now }, { time: now, what: "closed", by, note });
}

function stepped(alert: Alert, step: AlertStep): Alert {
  const steps = [...alert.steps, step];
  return {
    ...alert,
    steps: steps.length <= MOST_STEPS ? steps : [...steps.slice(0, 1), ...steps.slice(2 - MOST_STEPS - 1)],
  };
}
