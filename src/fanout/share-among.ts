import type { Principal } from "../auth/principal.ts";
import type { Members } from "../feed/members.ts";
import type { CommitLine } from "../ingest/commits.ts";
import type { Hub } from "./hub.ts";
import { ShareParts } from "./share-parts.ts";
import { ShareTelling } from "./share-telling.ts";

/** A server is one of several nodes from here on: before anything was loaded. @param epoch of this life of it */
export function shareAmong(
  hub: Hub,
  members: Members,
  epoch: number,
  commits: Pick<CommitLine, "news">,
  principalOf: (key: string) => Principal | undefined,
): ShareParts {
  const { shares } = hub;
  const telling = new ShareTelling({
    members,
    epoch,
    commits,
    partsOf: (key) => [...shares.values()].filter((part) => part.key === key),
    touch: (part) => hub.touch(part),
    another: () => hub.another(),
  });
  const end = (part: Parameters<typeof shares.end>[0]): void => shares.end(part);
  shares.parts = new ShareParts({ telling, commits, principalOf, partOf: shares.withKey, host: hub, end });
  members.onChange((change) => {
    if (change.change === "gone") telling.gone(change.epoch);
    else if (change.before !== null) telling.gone(change.before);
  });
  return shares.parts;
}
