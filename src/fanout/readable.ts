import type { Principal } from "../auth/principal.ts";
import type { Entry } from "../session/queue.ts";
import type { OutletHost } from "./host.ts";

const text = new TextDecoder();

/** Whether an account may read a waiting message: rights may have changed since it was queued. */
export function mayRead(host: OutletHost, principal: Principal, e: Entry): boolean {
  if (e.plain) return e.workspace === 0 || receives(principal, e);
  const device = host.deviceOf(e.series);
  return device !== null && principal.view.has(device.index);
}
function receives({ free }: Principal, { workspace, buf, topicStart, topicEnd }: Entry): boolean {
  if (free === null || free.workspace !== workspace) return false;
  return free.all || free.mayReceive(text.decode(buf.subarray(topicStart, topicEnd)));
}
