import { z } from "zod";
import { Refusal } from "../../base/errors.ts";
import { ACTIONS, checkAccess } from "../../admin/access.ts";
import { findApiUser, findMember } from "./find.ts";
import { line, showLine } from "./rights.ts";
import { type AnyOperation, route, type Seeker } from "./route.ts";

/** What a client of an account would be answered, and why. */

const accessQuery = z.strictObject({
  action: z.enum(ACTIONS),
  topic: z
    .string()
    .min(1)
    .max(65_535)
    .meta({ description: "A topic name to publish on, or a filter to subscribe to." }),
});
const access = z
  .object({
    account: z.string().meta({ description: "Name of the account." }),
    allowed: z.boolean(),
    refusal: z
      .object({ code: z.string().nullable(), message: z.string() })
      .nullable()
      .meta({ description: "Why not, as its client would be told; null: it is allowed." }),
    notes: z
      .array(z.string())
      .meta({ description: "What is to be known all the same, like that nothing of that name is there." }),
    instead: z.string().nullable().meta({ description: "A topic like it that would work; null: none is known." }),
    product: z.string().nullable().meta({ description: "The product that the topic names, if the account sees it." }),
    device: z.string().nullable(),
    because: z.array(line).meta({ description: "What the account holds on that device, or else on that product." }),
  })
  .meta({ id: "Access", description: "Whether an account may do something on a topic, why, and what would work." });

/** What the server would answer a client of the account. @param only as for `show` */
function check(seeker: Seeker, key: string, only: number | null, query: z.output<typeof accessQuery>) {
  const { deps } = seeker;
  const account = deps.authority.principalOf(key);
  if (!account) throw new Refusal("not_found", "There is no such account.");
  const { on, held, ...answer } = checkAccess(deps, account, query.action, query.topic, only);
  return {
    ...answer,
    account: account.name,
    notes: [...answer.notes],
    product: on?.product ?? null,
    device: on?.device ?? null,
    because: held.map((one) => showLine(deps, one)),
  };
}
const ACCESS_TEXT =
  "Asks the server's own rules what a publish or a SUBSCRIBE would be answered, by which rights, and which topic would work instead. Nothing is recorded. ";

export const ACCESS: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/access",
    id: "checkOwnAccess",
    tag: "Rights",
    summary: "Check what you may do on a topic",
    description: ACCESS_TEXT,
    query: accessQuery,
    result: access,
    find: () => null,
    run: (call) => ({ body: check(call, call.who.principal.key, null, call.query) }),
  }),
  route({
    method: "get",
    path: "/workspaces/{workspace}/api-users/{api_user}/access",
    id: "checkApiUserAccess",
    tag: "Rights",
    summary: "Check what an API user may do on a topic",
    description: `${ACCESS_TEXT}Takes the workspace permission "members".`,
    query: accessQuery,
    result: access,
    find: findApiUser,
    run: (call) => ({ body: check(call, `a:${call.found.apiUser.uid}`, null, call.query) }),
  }),
  route({
    method: "get",
    path: "/workspaces/{workspace}/members/{member}/access",
    id: "checkMemberAccess",
    tag: "Rights",
    summary: "Check what a member may do on a topic",
    description: `${ACCESS_TEXT}Topics of this workspace's products. Yourself, or with the workspace permission "members" anybody.`,
    query: accessQuery,
    result: access,
    find: findMember,
    run: (call) => ({ body: check(call, `u:${call.found.member.user}`, call.found.workspace.uid, call.query) }),
  }),
];
