import type { Principal } from "../auth/principal.ts";
import type { Members } from "../feed/members.ts";
import type { CommitLine } from "../ingest/commits.ts";
import type { Hub } from "./hub.ts";
import { ShareParts } from "./share-parts.ts";

/** A server is one of several nodes from here on: before anything was loaded. */
export function shareAmong(
  hub: Hub,
  members: Members,
  commits: Pick<CommitLine, "news">,
  principalOf: (key: string) => Principal | undefined,
): ShareParts {
  const { shares } = hub;
  const parts = new ShareParts({
    members,
    commits,
    principalOf,
    partOf: (key) => shares.withKey(key),
    orphansOf: () => [],
    host: hub,
    another: () => hub.another(),
    end: (part) => shares.end(part),
  });
  shares.parts = parts;
  return parts;
}
