import { z } from "zod";
import { isFilter } from "../topic/names.ts";
import { isDiscoveryPrefix, isSlug, isTag, RULE } from "./rules.ts";
import { DEVICE_PERMISSIONS, TOPIC_PERMISSIONS, WORKSPACE_PERMISSIONS } from "./rows.ts";

const slug = z.string().refine(isSlug, `allowed is ${RULE.slug}`);
const tag = z.string().refine(isTag, `allowed is ${RULE.tag}`);

/** A filter of free topics; that it stands outside the instance's prefix is the plan's to see. */
const freeFilter = z.string().superRefine((text, ctx) => {
  const problem = (message: string) => ctx.addIssue({ code: "custom", message });
  if (!isFilter(text, MAX_FILTER_LEVELS)) problem(`allowed is ${RULE.filter}`);
  else if (text.startsWith("$")) problem("topics that begin with $ are the broker's own, never free");
});
const MAX_FILTER_LEVELS = 1024;

const SCOPES = ["devices", "products", "tags", "device_ids", "workspace", "instance", "free_topics"] as const;
/** One line of rights in a fleet file. */
const right = z
  .strictObject({
    devices: z.literal("all").optional(),
    products: z.array(slug).min(1).optional(),
    tags: z.array(tag).min(1).optional(),
    device_ids: z.array(z.string()).min(1).optional(),
    workspace: z.array(z.enum(WORKSPACE_PERMISSIONS)).min(1).optional(),
    instance: z
      .array(z.enum(["operate"]))
      .min(1)
      .optional(),
    free_topics: z.array(freeFilter).min(1).optional(),
    except: z.array(freeFilter).optional(),
    can: z
      .array(z.enum([...DEVICE_PERMISSIONS, ...TOPIC_PERMISSIONS]))
      .min(1)
      .optional(),
  })
  .superRefine((r, ctx) => {
    const scopes = SCOPES.filter((s) => r[s] !== undefined);
    if (scopes.length !== 1) {
      ctx.addIssue({ code: "custom", message: `a grant has exactly one of ${SCOPES.join(", ")}` });
      return;
    }
    const problem = (path: PropertyKey[], message: string) => ctx.addIssue({ code: "custom", path, message });
    if (r.except && !r.free_topics) problem(["except"], 'belongs beside "free_topics" alone');
    if (r.workspace !== undefined || r.instance !== undefined) {
      if (r.can) problem(["can"], `does not belong beside "${scopes[0]}", which has its own list`);
      return;
    }
    const allowed: readonly string[] = r.free_topics ? TOPIC_PERMISSIONS : DEVICE_PERMISSIONS;
    if (!r.can) problem(["can"], `is needed: a list of ${allowed.join(", ")}`);
    for (const [i, c] of (r.can ?? []).entries())
      if (!allowed.includes(c)) problem(["can", i], `allowed beside "${scopes[0]}" is ${allowed.join(", ")}`);
  });
export type FileRight = z.output<typeof right>;

/** What an API user may do, and that it is a Home Assistant. */
export const API_USER_DETAILS = {
  rights: z.array(right).optional(),
  /** The word of the API, for the same. */
  grants: z.array(right).optional(),
  /** "": it is none. */
  home_assistant: z
    .string()
    .refine((text) => text === "" || isDiscoveryPrefix(text), `allowed is ${RULE.discoveryPrefix}; or "" for none`)
    .transform((text) => (text === "" ? null : text))
    .optional(),
};
