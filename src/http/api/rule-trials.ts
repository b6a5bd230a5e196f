import { z } from "zod";
import { trialWish, tryRuleAction } from "../../admin/rule-trial.ts";
import { findWorkspaceFor } from "./find.ts";
import { type AnyOperation, route } from "./route.ts";
import { TAKES } from "./rule-found.ts";

/** Trying actions of rules. */

export const RULE_TRIALS: readonly AnyOperation[] = [
  route({
    method: "post",
    path: "/workspaces/{workspace}/rules/test-action",
    id: "testRuleAction",
    tag: "Rules",
    summary: "Test an action of a rule",
    description:
      "Does it once, as if the rule had just fired for the device with the values that this has: a mail is sent, a field is written. No alert is opened, and " +
      `what fails is not tried again. With \`dry_run\` it only says what it would be. ${TAKES}`,
    body: trialWish,
    result: z
      .object({
        done: z.boolean(),
        text: z.string().meta({ description: "What happened, or what is wrong." }),
        rendered: z.record(z.string(), z.string()).meta({
          description: "Its templates, filled, by the property that has them; values of headers are not shown.",
        }),
      })
      .meta({ id: "TestedAction" }),
    refusals: ["not_available"],
    find: (seeker) => findWorkspaceFor(seeker, "rules"),
    run: async (call) => ({ body: await tryRuleAction(call, call.found, call.body) }),
  }),
];
