import type { StoreOp } from "../../ports.ts";

type Event = Extract<StoreOp, { op: "events_put" }>["rows"][number];

/** An event as the table has it: what is not looked for is in its body. */
export function eventRow({ time, workspace, principal, device, kind, ...rest }: Event) {
  return { time, workspace, principal, device, kind, body: JSON.stringify(rest) };
}
