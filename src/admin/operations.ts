import { resolve } from "node:path";
import { z } from "zod";
import type { PlanLine } from "../fleet/plan-draft.ts";
import { accessWish, checkAccessOf } from "./access.ts";
import { accountOperations } from "./accounts.ts";
import { alertOperations } from "./alert-operations.ts";
import { apiUserOperations } from "./api-users.ts";
import { auditWish, listAudit } from "./audit.ts";
import { brokerOperations } from "./broker-operations.ts";
import { mapOperations } from "./maps.ts";
import { checked } from "./checked.ts";
import { configurationOperations } from "./configuration.ts";
import { dashboardOperations } from "./dashboard-operations.ts";
import { dataOperations } from "./data.ts";
import { decoderOperations } from "./decoders.ts";
import { deviceOperations } from "./devices.ts";
import { downlinkOperations } from "./downlink-operations.ts";
import { networkOperations } from "./network-operations.ts";
import { integrationOperations } from "./integrations.ts";
import { measurementOperations } from "./measurements.ts";
import { passOperations } from "./passes.ts";
import { formulaOperations } from "./formula-operations.ts";
import { nodeOperations } from "./nodes.ts";
import { productOperations } from "./products.ts";
import { retentionOperations } from "./retention.ts";
import { rightsWish, showRights } from "./rights.ts";
import { sessionOperations } from "./sessions.ts";
import { shareOperations } from "./share-operations.ts";
import { sparkplugOperations } from "./sparkplug-operations.ts";
import { storageOperations } from "./storage.ts";
import { suggestionOperations } from "./suggestions.ts";
import { tokenOperations } from "./tokens.ts";
import type { OperationsDeps, ServerInfo } from "./types.ts";
import { ruleOperations } from "./rule-operations.ts";
import { webhookOperations } from "./webhook-operations.ts";
import { workspaceOperations } from "./workspaces.ts";

/**
 * What an administrator can do with a data folder: one table, used over the control socket of a running server and
 * by commands that open the stores themselves. Inputs and outputs are plain JSON.
 */

export interface Applied {
  readonly lines: readonly PlanLine[];
  /** Made by this, and shown this once; empty in a dry run. */
  readonly newTokens: readonly { readonly owner: string; readonly token: string }[];
  readonly dryRun: boolean;
}

const schemas = {
  apply: z.strictObject({ text: z.string(), dryRun: z.boolean().default(false) }),
  nothing: z.strictObject({}),
};

/** Those that ask what one of several nodes has for all. */
function doneForAll(deps: OperationsDeps) {
  return {
    ...decoderOperations(deps),
    ...webhookOperations(deps),
    ...ruleOperations(deps),
    ...alertOperations(deps),
    ...brokerOperations(deps),
    ...mapOperations(deps),
    ...integrationOperations(deps),
    ...configurationOperations(deps),
    ...networkOperations(deps),
    ...sparkplugOperations(deps),
    ...downlinkOperations(deps),
    ...passOperations(deps),
    ...suggestionOperations(deps),
  };
}
/** Their names. */
export function ofOneNode(deps: OperationsDeps): ReadonlySet<string> {
  return new Set(Object.keys(doneForAll(deps)));
}

/**
 * The table of operations. Each checks its input and rejects with a Refusal: invalid_request for input that is not of
 * its form, otherwise what the fleet's rules say (unknown_device, invalid_fleet, …) or storage_unavailable.
 */
export function operations(deps: OperationsDeps) {
  return {
    ...workspaceOperations(deps),
    ...productOperations(deps),
    ...formulaOperations(deps),
    ...dashboardOperations(deps),
    ...shareOperations(deps),
    ...doneForAll(deps),
    ...deviceOperations(deps),
    ...apiUserOperations(deps),
    ...tokenOperations(deps),
    ...accountOperations(deps),
    ...sessionOperations(deps),
    ...nodeOperations(deps),
    ...retentionOperations(deps),
    ...measurementOperations(deps),
    ...dataOperations(deps),
    ...storageOperations(deps),
    accessCheck: checked(accessWish, async (wish) => checkAccessOf(deps, wish)),
    rights: checked(rightsWish, (wish) => showRights(deps, wish)),
    auditList: checked(auditWish, (wish) => listAudit(deps, wish)),
    apply: checked(schemas.apply, async ({ text, dryRun }): Promise<Applied> => {
      const plan = await deps.fleet.applyFile(text, { dryRun });
      return { lines: plan.lines, newTokens: dryRun ? [] : plan.newTokens, dryRun };
    }),
    info: checked(schemas.nothing, async (): Promise<ServerInfo | null> => {
      const info = deps.info?.();
      if (info === undefined) return null;
      // who asks may stand in another folder
      return { ...info, caFile: info.caFile === null ? null : resolve(info.caFile) };
    }),
  };
}
export type Operations = ReturnType<typeof operations>;
export type OperationName = keyof Operations;
export type Answer<N extends OperationName> = Awaited<ReturnType<Operations[N]>>;
