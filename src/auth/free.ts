import type { AppliedChange, Directory } from "../fleet/directory.ts";
import type { ApiUser, FleetRows, TopicPermission } from "../fleet/types.ts";
import { deviceOfTopic, isStatusTopic } from "../homeassistant/discovery.ts";
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
  /** What this account hears alone, as Home Assistant; null: it is none. */
  readonly own: OwnTopics | null;
  /** Everything is allowed (owners, admins): no topic need be looked at. */
  readonly all: boolean;
  mayPublish(topic: string): boolean;
  /** Whether the account tells on this topic, for the platform alone, that it has started. */
  mayTell(topic: string): boolean;
  /** Whether the platform describes something to this account on the topic. */
  isOwn(topic: string): boolean;
  /** Whether a message on this topic may be delivered to the principal. */
  mayReceive(topic: string): boolean;
  /** Whether some topic under the filter could be received; judged by the scope of rights, never by what exists. */
  couldReceive(filter: string): boolean;
}

/**
 * Free topics of one account, apart from those of its workspace: the platform describes devices there, as far as this account may see them.
 * They pass through the engine as any free topic does; all that differs is the number they lie under.
 */
interface OwnTopics {
  /** Stands where the uid of a workspace does, and is none. */
  readonly space: number;
  readonly discoveryPrefix: string;
}
/** Spaces are counted from here on: no workspace gets so high a number, and what packs numbers of workspaces has room for these. */
const SPACES = 2 ** 30;
/**
 * The space of an account, whether it is Home Assistant or not: what is there is taken away when it is no longer, which it hears.
 * @param key as Principal's; people have none
 */
export function spaceOf(key: string): number | null {
  return key.startsWith("a:") ? SPACES + Number(key.slice(2)) : null;
}
/** Of what there are no free topics any more: the numbers of workspaces and spaces. */
export function* spacesGone(changes: readonly AppliedChange[]): Generator<number> {
  for (const change of changes) {
    if (change.op !== "delete") continue;
    if (change.kind === "workspace") yield change.uid;
    if (change.kind === "apiUser") yield SPACES + change.uid;
  }
}
/** The uid of the API user whose space it is; null: it is a workspace's. */
export function apiUserOfSpace(space: number): number | null {
  return space < SPACES ? null : space - SPACES;
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
    readonly own: OwnTopics | null = null,
  ) {
    this.all = lines === null;
    this.publish = lines?.filter(({ can }) => can.includes("publish")) ?? [];
    this.subscribe = lines?.filter(({ can }) => can.includes("subscribe")) ?? [];
  }

  mayPublish(topic: string): boolean {
    return this.all || this.publish.some((line) => gives(line, topic));
  }
  mayTell(topic: string): boolean {
    return this.own !== null && isStatusTopic(this.own.discoveryPrefix, topic);
  }
  isOwn(topic: string): boolean {
    return this.own !== null && deviceOfTopic(this.own.discoveryPrefix, topic) !== null;
  }
  mayReceive(topic: string): boolean {
    return this.all || this.subscribe.some((line) => gives(line, topic));
  }
  couldReceive(filter: string): boolean {
    // Home Assistant subscribes to what its other integrations look for, and a refusal is a fault to it
    return this.own !== null || this.all || this.subscribe.some((line) => reaches(line, filter));
  }

  /** What is given, as texts, so that two states can be compared. */
  *keys(): Generator<string> {
    if (this.lines === null) yield `free ${this.workspace}`;
    if (this.own !== null) yield `own ${this.own.discoveryPrefix}`;
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

/**
 * An API user uses those of its workspace that its grants name, and its own when it is Home Assistant.
 * @param freeTopics whether the instance has free topics
 */
export function freeOfApiUser(
  { uid, workspace, grants, homeAssistant }: ApiUser,
  freeTopics: boolean,
): FreeTopics | null {
  const lines = freeTopics ? grants.filter((g) => g.scope === "free_topics") : [];
  const own = homeAssistant === undefined ? null : { space: SPACES + uid, discoveryPrefix: homeAssistant };
  return lines.length === 0 && own === null ? null : new FreeTopics(workspace, lines, own);
}
