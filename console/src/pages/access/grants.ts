import type { ApiUser } from "../../../../sdk/operations.js";
import type { Text } from "../../text/index.ts";

export type Grant = ApiUser["grants"][number];
export type Scope = Grant["scope"];

/** What each kind of grant can give, in the order in which it is shown. */
export const CAN = {
  device: ["view", "record_measurements", "record_only", "edit_basics", "edit_product"],
  product: ["view", "record_measurements", "record_only", "edit_basics", "edit_product"],
  tag: ["view", "record_measurements", "record_only", "edit_basics", "edit_product"],
  all: ["view", "record_measurements", "record_only", "edit_basics", "edit_product"],
  workspace: ["basics", "members", "devices", "integrations", "rules", "dashboards", "exports"],
  free_topics: ["publish", "subscribe"],
  instance: ["operate"],
} as const;
export type Can = (typeof CAN)[Scope][number];

/** A grant while it is typed. */
export interface Draft {
  /** Its identity in the list. */
  readonly key: number;
  readonly scope: Scope;
  readonly product: string;
  readonly device: string;
  readonly tag: string;
  readonly filters: readonly string[];
  readonly except: readonly string[];
  readonly can: readonly string[];
}

const EMPTY = { product: "", device: "", tag: "", filters: [], except: [] } as const;

export function newDraft(key: number): Draft {
  return { key, scope: "device", ...EMPTY, can: ["view"] };
}

export function draftOf(grant: Grant, key: number): Draft {
  return { ...EMPTY, ...grant, key };
}

/** Another thing that the grant is on; what it gives stays where that can be given there. */
export function rescoped(draft: Draft, scope: Scope): Draft {
  const known: readonly string[] = CAN[scope];
  const kept = draft.can.filter((one) => known.includes(one));
  return { ...draft, scope, can: kept.length > 0 ? kept : known.slice(0, 1) };
}

/** @returns null: something is missing */
export function grantOf({ scope, product, device, tag, filters, except, can }: Draft): Grant | null {
  if (can.length === 0) return null;
  const about = {
    device: product !== "" && device !== "" ? { product, device } : null,
    product: product !== "" ? { product } : null,
    tag: tag.trim() !== "" ? { tag: tag.trim() } : null,
    free_topics: filters.length > 0 ? { filters, except } : null,
    all: {},
    workspace: {},
    instance: {},
  }[scope];
  // `can` is among CAN[scope]: the editor offers no other
  return about === null ? null : ({ scope, ...about, can } as Grant);
}

type DeviceCan = keyof Text["access"]["sentence"]["verbs"];

/** What says the same in fewer words: recording and editing come with seeing. */
function verbsOf(can: readonly string[], t: Text["access"]["sentence"]): string[] {
  const records = can.includes("record_measurements");
  const all: readonly DeviceCan[] = ["view", "record_measurements", "record_only", "edit_basics", "edit_product"];
  return all
    .filter((one) => can.includes(one))
    .filter((one) => !(one === "record_only" && records) && !(one === "view" && records))
    .map((one) => t.verbs[one]);
}

/** What grants allow, as a person would say it. */
export function sentenceOf(grants: readonly Grant[], t: Text["access"]): string {
  const phrases = together(grants).map((some) => phraseOf(some, t));
  return phrases.length === 0 ? t.sentence.nothing : t.sentence.may(phrases);
}

/** Grants on single devices of one product that give the same are one. */
function together(grants: readonly Grant[]): Grant[][] {
  const groups = new Map<string, Grant[]>();
  for (const [n, grant] of grants.entries()) {
    if (grant.can.length === 0) continue;
    const key = grant.scope === "device" ? `${grant.product} ${[...grant.can].sort().join()}` : `${n}`;
    groups.set(key, [...(groups.get(key) ?? []), grant]);
  }
  return [...groups.values()];
}

function phraseOf(some: readonly Grant[], t: Text["access"]): string {
  const [grant] = some;
  const words = t.sentence;
  if (grant === undefined) return "";
  switch (grant.scope) {
    case "instance":
      return words.instance;
    case "workspace":
      return words.workspace(grant.can.map((one) => t.grants.words[one]));
    case "free_topics":
      return words.topics(
        grant.can.map((one) => words.topicVerbs[one]),
        grant.filters,
      );
    default:
      return words.phrase(verbsOf(grant.can, words), objectOf(grant, some.length, words.objects));
  }
}

function objectOf(
  grant: Extract<Grant, { scope: "all" | "product" | "tag" | "device" }>,
  count: number,
  words: Text["access"]["sentence"]["objects"],
): string {
  switch (grant.scope) {
    case "all":
      return words.all;
    case "product":
      return words.product(grant.product);
    case "tag":
      return words.tag(grant.tag);
    case "device":
      return count === 1 ? words.device(grant.device, grant.product) : words.devices(count, grant.product);
  }
}
