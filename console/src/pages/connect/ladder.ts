import type { InspectorEvent } from "../../live/inspector.ts";

/** How far a device has come, from what the inspector tells: a pure sum of its events. */

export const STEPS = ["reached", "tls", "login", "publish", "stored", "heard"] as const;
export type StepName = (typeof STEPS)[number];
export interface Step {
  readonly state: "waiting" | "done" | "passed" | "failed";
  readonly event: InspectorEvent | null;
}
export interface Ladder {
  readonly steps: Readonly<Record<StepName, Step>>;
  /** The refusal that stands in the way; null: none does. */
  readonly refusal: InspectorEvent | null;
  /** How often something was stored. */
  readonly stored: number;
}

const WAITING: Step = { state: "waiting", event: null };
export const NOTHING_YET: Ladder = {
  steps: { reached: WAITING, tls: WAITING, login: WAITING, publish: WAITING, stored: WAITING, heard: WAITING },
  refusal: null,
  stored: 0,
};

/** Outcomes of a pass that stored something, or have nothing to mend. */
const GOOD = new Set(["stored", "repeated", "told"]);

/** Whether it came encrypted: a step that may be passed, since over HTTP, and on the server's own machine, there is none to see. */
function encrypted(event: InspectorEvent): Step {
  return { state: event.transport === "tls" || event.transport === "wss" ? "done" : "passed", event };
}

/** The next state of the ladder. */
export function climb(ladder: Ladder, event: InspectorEvent): Ladder {
  const done: Step = { state: "done", event };
  const failed: Step = { state: "failed", event };
  const { steps } = ladder;
  // who comes over HTTP has no connection that opens: its request says as much
  const came = {
    ...steps,
    reached: done,
    tls: steps.login.state === "done" ? steps.tls : encrypted(event),
    login: steps.login.state === "done" ? steps.login : done,
  };
  switch (event.kind) {
    case "connection_refused":
      return { ...ladder, steps: { ...NOTHING_YET.steps, reached: failed }, refusal: event };
    case "login_refused":
      return {
        ...ladder,
        steps: { ...NOTHING_YET.steps, reached: done, tls: encrypted(event), login: failed },
        refusal: event,
      };
    case "opened":
      return { ...NOTHING_YET, steps: { ...NOTHING_YET.steps, reached: done, tls: encrypted(event), login: done } };
    case "refused":
      return { ...ladder, steps: { ...came, publish: done, stored: failed, heard: WAITING }, refusal: event };
    case "accepted":
      return {
        steps: { ...came, publish: done, stored: done, heard: (event.delivered ?? 0) > 0 ? done : steps.heard },
        refusal: null,
        stored: ladder.stored + event.count,
      };
    case "pass": {
      const good = GOOD.has(event.code ?? "");
      const some = good || event.code === "partly_stored";
      return {
        steps: { ...came, publish: done, stored: some ? done : failed },
        refusal: good ? null : event,
        stored: ladder.stored + (some ? 1 : 0),
      };
    }
    default:
      return ladder;
  }
}
