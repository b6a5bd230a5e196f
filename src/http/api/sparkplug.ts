import { z } from "zod";
import { hostsOf, partInfo, sparkplugGiven, sparkplugIn, sparkplugInfo, sparkplugWish } from "../../admin/sparkplug.ts";
import { deleteSparkplug, setSparkplug, sparkplugOf } from "../../fleet/edit/sparkplug.ts";
import { findWorkspaceFor } from "./find.ts";
import { part, shown } from "./sparkplug-shape.ts";
import { type AnyOperation, route, type Seeker } from "./route.ts";
import { etagOf } from "./state.ts";

/** Sparkplug B. All of it takes the workspace permission "integrations". */

const TAKES = 'Takes the workspace permission "integrations".';
const PATH = "/workspaces/{workspace}/sparkplug";

const node = z.strictObject({ node: z.string().min(1).max(2100).meta({ description: "`group/node`" }) });

function findHost(seeker: Seeker) {
  const workspace = findWorkspaceFor(seeker, "integrations");
  return { workspace, row: sparkplugIn(seeker.deps, workspace) };
}

export const SPARKPLUG: readonly AnyOperation[] = [
  route({
    method: "get",
    path: PATH,
    id: "getSparkplug",
    tag: "Integrations",
    summary: "Get the Sparkplug host",
    description: TAKES,
    result: shown,
    find: findHost,
    run: ({ deps, found: { row } }) => ({ body: sparkplugInfo(deps, row), etag: etagOf(row) }),
  }),
  route({
    method: "put",
    path: PATH,
    id: "setSparkplug",
    tag: "Integrations",
    summary: "Make the workspace a Sparkplug host",
    description: `What edge nodes publish on the workspace's free topics becomes devices, fields and measurements. ${TAKES}`,
    body: sparkplugGiven,
    result: shown,
    find: (seeker) => findWorkspaceFor(seeker, "integrations"),
    run: async (call) => {
      await call.edit((draft) => {
        const workspace = call.again();
        const known = sparkplugOf(call.deps.directory, workspace.uid);
        if (known !== undefined) call.checkState(etagOf(known));
        setSparkplug(draft, workspace.uid, sparkplugWish(call, workspace, call.body));
      });
      const row = sparkplugIn(call.deps, call.found);
      return { body: sparkplugInfo(call.deps, row), etag: etagOf(row) };
    },
  }),
  route({
    method: "delete",
    path: PATH,
    id: "deleteSparkplug",
    tag: "Integrations",
    summary: "Delete the Sparkplug host",
    description: `Its devices and what was measured stay. ${TAKES}`,
    result: z.object({ deleted: z.string() }),
    find: findHost,
    run: async (call) => {
      await call.edit((draft) => {
        const { row } = call.again();
        call.checkState(etagOf(row));
        deleteSparkplug(draft, row);
      });
      return { body: { deleted: call.found.row.host } };
    },
  }),
  route({
    method: "get",
    path: `${PATH}/nodes`,
    id: "listSparkplugNodes",
    tag: "Integrations",
    summary: "List edge nodes and their devices",
    description: `In the order of their paths, with the host; where the workspace is none, nothing. ${TAKES}`,
    result: z.object({ host: shown.nullable(), items: z.array(part) }),
    find: (seeker) => findWorkspaceFor(seeker, "integrations"),
    run: ({ deps, found }) => {
      const row = sparkplugOf(deps.directory, found.uid);
      if (row === undefined) return { body: { host: null, items: [] } };
      return { body: { host: sparkplugInfo(deps, row), items: hostsOf(deps).parts(row).map(partInfo) } };
    },
  }),
  route({
    method: "post",
    path: `${PATH}/rebirth`,
    id: "askSparkplugRebirth",
    tag: "Integrations",
    summary: "Ask an edge node for its births",
    description: TAKES,
    body: node,
    result: node,
    find: findHost,
    run: ({ deps, found: { row }, body }) => {
      hostsOf(deps).rebirth(row, body.node);
      return { body };
    },
  }),
  route({
    method: "post",
    path: `${PATH}/forget`,
    id: "forgetSparkplugNode",
    tag: "Integrations",
    summary: "Forget an edge node that is gone",
    description: `Only one that is offline; its devices and what was measured stay. ${TAKES}`,
    body: node,
    result: node,
    refusals: ["immutable"],
    find: findHost,
    run: async ({ deps, found: { row }, body }) => {
      await hostsOf(deps).forget(row, body.node);
      return { body };
    },
  }),
];
