import type { Principal } from "../auth/principal.ts";
import type { Directory } from "../fleet/directory.ts";
import type { Entry } from "../session/queue.ts";
import type { PlatformTopics } from "../topic/platform.ts";
import type { OutletHost } from "./host.ts";

/**
 * May this account read it? Of a device `Principal.mayView` says so, of a free topic `Principal.mayReceive`; here stands
 * which of the two is asked where a message is met long after it was routed, when rights may have changed.
 */

/** Whether an account may read a message that waits in a queue. A plain one of no workspace (`$SYS`, a refusal) was meant for its reader alone. */
export function mayRead(host: Pick<OutletHost, "deviceOf">, principal: Principal, e: Entry): boolean {
  if (e.plain) return e.workspace === 0 || principal.mayReceiveName(e.workspace, e.buf, e.topicStart, e.topicEnd);
  const device = host.deviceOf(e.series);
  return device !== null && principal.mayView(device);
}

/** The same of a packet that is written already, of which only the topic is known. */
export function mayReadTopic(
  { topics, directory }: { readonly topics: PlatformTopics; readonly directory: Directory },
  principal: Principal,
  topic: string,
): boolean {
  // what it was sent was of its own workspace, or of its own topics
  const { free } = principal;
  if (topics.isFree(topic)) return principal.mayReceive(free?.workspace ?? 0, topic) || free?.isOwn(topic) === true;
  const [root, slug = "", id = ""] = topic.split("/", 3);
  if (root !== topics.prefix) return true;
  const device = directory.product(slug)?.devicesById.get(id);
  return device !== undefined && principal.mayView(device);
}
