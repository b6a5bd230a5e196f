import type { Directory } from "../fleet/directory.ts";
import type { ApiUser, FleetRows, TopicPermission } from "../fleet/types.ts";
import { covers, intersect } from "../topic/algebra.ts";
import { matches } from "../topic/names.ts";
import { ROLE_BUNDLES } from "./roles.ts";

/**
 * What a principal may on free topics (wire contract sections 4 and 8). Asked only about topics and filters outside the
 * reserved prefixes: which those are is PlatformTopics' business.
 */
export interface FreeRights {
  /** uid of the one workspace whose free topics the principal uses. */
  readonly workspace: number;
  /** Everything is allowed (owners, admins): no topic need be looked at. */
  readonly all: boolean;
  mayPublish(topic: string): boolean;
  /** Whether a message on this topic may be delivered to the principal. */
  mayReceive(topic: string): boolean;
  /** Whether some topic under the filter could be received; judged by the scope of rights, never by what exists. */
  couldReceive(filter: string): boolean;
}

/** One grant: the topics of `filters` without those of `except`. Exceptions take away from their own line alone. */
interface FreeLine {
  readonly filters: readonly string[];
  readonly except: readonly string[];
  readonly can: readonly TopicPermission[];
}

/** The free topics of a workspace, all of them or those of some lines; never changes. */
export class FreeTopics implements FreeRights {
  readonly all: boolean;
  private readonly publish: readonly FreeLine[];
  private readonly subscribe: readonly FreeLine[];

  /** @param lines null: all */
  constructor(
    readonly workspace: number,
    private readonly lines: readonly FreeLine[] | null,
  ) {
    this.all = lines === null;
    this.publish = lines?.filter(({ can }) => can.includes("publish")) ?? [];
    this.subscribe = lines?.filter(({ can }) => can.includes("subscribe")) ?? [];
  }

  mayPublish(topic: string): boolean {
    return this.all || this.publish.some((line) => gives(line, topic));
  }
  mayReceive(topic: string): boolean {
    return this.all || this.subscribe.some((line) => gives(line, topic));
  }
  couldReceive(filter: string): boolean {
    return this.all || this.subscribe.some((line) => reaches(line, filter));
  }

  /** What is given, as texts, so that two states can be compared. */
  *keys(): Generator<string> {
    if (this.lines === null) yield `free ${this.workspace}`;
    for (const { filters, except, can } of this.lines ?? []) {
      const but = JSON.stringify([...except].sort());
      for (const right of can) for (const filter of filters) yield `${right} ${this.workspace} ${filter} ${but}`;
    }
  }
}

function gives(line: FreeLine, topic: string): boolean {
  return line.filters.some((f) => matches(f, topic)) && !line.except.some((f) => matches(f, topic));
}
/** Whether a line leaves something of the filter: no exception covers all that both have in common. */
function reaches({ filters, except }: FreeLine, filter: string): boolean {
  return filters.some((allowed) => {
    const common = intersect(allowed, filter);
    return common !== null && !except.some((e) => covers(e, common));
  });
}

/** A user has free topics while in exactly one workspace, and there as owner or admin (section 4). */
export function freeOfUser(directory: Directory, user: FleetRows["user"]): FreeTopics | null {
  const [only, ...more] = directory.membershipsOf(user.uid);
  if (only === undefined || more.length > 0 || !ROLE_BUNDLES[only.role].freeTopics) return null;
  return new FreeTopics(only.workspace, null);
}

/** An API user uses those of its workspace that its grants name. */
export function freeOfApiUser({ workspace, grants }: ApiUser): FreeTopics | null {
  const lines = grants.filter((g) => g.scope === "free_topics");
  return lines.length === 0 ? null : new FreeTopics(workspace, lines);
}
