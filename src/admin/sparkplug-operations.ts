import { z } from "zod";
import { changeSparkplug, deleteSparkplug, setSparkplug } from "../fleet/edit/sparkplug.ts";
import { atTheCommandLine } from "./actor.ts";
import { checked } from "./checked.ts";
import {
  hostsOf,
  partInfo,
  sparkplugGiven,
  sparkplugIn,
  sparkplugInfo,
  sparkplugSettings,
  sparkplugWish,
} from "./sparkplug.ts";
import type { OperationsDeps } from "./types.ts";
import * as values from "./values.ts";
import { workspaceOf } from "./workspaces.ts";

const workspace = { workspace: values.named.optional() };
const schemas = {
  one: z.strictObject(workspace),
  set: sparkplugGiven.extend(workspace),
  change: z.strictObject({ ...workspace, active: sparkplugSettings.active }),
  node: z.strictObject({ ...workspace, node: values.named }),
};

/** Hosts of Sparkplug B. @throws Refusal not_found, invalid_request, immutable, not_available, storage_unavailable */
export function sparkplugOperations(deps: OperationsDeps) {
  const { fleet } = deps;
  const row = (slug: string | undefined) => sparkplugIn(deps, workspaceOf(deps, slug));
  return {
    sparkplugShow: checked(schemas.one, async ({ workspace: slug }) => sparkplugInfo(deps, row(slug))),
    sparkplugSet: checked(schemas.set, async ({ workspace: slug, ...given }) => {
      await fleet.edit((draft) => {
        const found = workspaceOf(deps, slug);
        setSparkplug(draft, found.uid, sparkplugWish(atTheCommandLine(deps), found, given));
      });
      return sparkplugInfo(deps, row(slug));
    }),
    sparkplugSwitch: checked(schemas.change, async ({ workspace: slug, active }) => {
      await fleet.edit((draft) => changeSparkplug(draft, row(slug), { active }));
      return sparkplugInfo(deps, row(slug));
    }),
    sparkplugDelete: checked(schemas.one, async ({ workspace: slug }) => {
      const { host } = row(slug);
      await fleet.edit((draft) => deleteSparkplug(draft, row(slug)));
      return { host };
    }),
    sparkplugNodes: checked(schemas.one, async ({ workspace: slug }) => hostsOf(deps).parts(row(slug)).map(partInfo)),
    sparkplugRebirth: checked(schemas.node, async ({ workspace: slug, node }) => {
      hostsOf(deps).rebirth(row(slug), node);
      return { node };
    }),
    sparkplugForget: checked(schemas.node, async ({ workspace: slug, node }) => {
      await hostsOf(deps).forget(row(slug), node);
      return { node };
    }),
  };
}
