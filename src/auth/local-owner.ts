import type { Directory } from "../fleet/directory.ts";
import { FreeTopics } from "./free.ts";
import { Principal } from "./principal.ts";
import { NO_RIGHTS } from "./rights.ts";
import type { DeviceSets } from "./sets.ts";

const KEY = "l:";

/**
 * Who acts for this machine's owner, and for rules without an account: views and records every device there is at this moment.
 * @param free uid of the workspace whose free topics it uses, all of them; null: of none
 */
export function localOwner(directory: Directory, sets: DeviceSets, free: number | null): Principal {
  const lines = [...directory.workspaces()].map(
    ({ uid }) => ({ scope: "workspace", workspace: uid, view: true, record: true }) as const,
  );
  const principal = new Principal(KEY, sets);
  principal.update({
    ...NO_RIGHTS,
    name: "the command line",
    lines,
    free: free === null ? null : new FreeTopics(free, null),
  });
  return principal;
}

/**
 * Whether a retained message is still sent: who published it exists and may publish on its free topic.
 * @param key of the principal that published it
 */
export function mayStillPublish(
  authority: { principalOf(key: string): Principal | undefined },
  key: string,
  workspace: number,
  topic: string,
): boolean {
  // it may all, and published where its rule belongs
  if (key === KEY) return true;
  const principal = authority.principalOf(key);
  return principal?.mqtt === true && principal.mayPublishIn(workspace, topic);
}
