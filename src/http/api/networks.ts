import { z } from "zod";
import { networkInfo, networkName, networkSettings, networkType } from "../../admin/networks.ts";
import { changeNetwork, createNetwork, deleteNetwork } from "../../fleet/edit/networks.ts";
import type { Network } from "../../fleet/types.ts";
import { findNetwork, findWorkspaceFor } from "./find.ts";
import { PAGE_QUERY, page, pageOf } from "./paging.ts";
import { type AnyOperation, type ApiDeps, route } from "./route.ts";
import { etagOf } from "./state.ts";

/** Networks that take downlinks. All of it takes the workspace permission "integrations". */

const TAKES = 'Takes the workspace permission "integrations".';
const settings = z.strictObject(networkSettings);
const { key: _, ...shown } = networkSettings;

const network = z
  .object({
    name: z.string().meta({ description: "Products name it so; it never changes." }),
    workspace: z.string(),
    type: networkType,
    ...shown,
    has_key: z.boolean().meta({ description: "Whether there is a key; it is never shown." }),
    products: z.array(z.string()).meta({ description: "Slugs of the products that use it." }),
  })
  .meta({
    id: "Network",
    description: "What takes downlinks to devices: a LoRaWAN network, or an interface over HTTP.",
  });

/** A network as the directory has it now. */
function made({ directory }: ApiDeps, workspace: number, name: string): Network {
  const row = directory.named("network", workspace, name);
  if (row === undefined) throw new Error("the network that was committed is not there");
  return row;
}

export const NETWORKS: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/workspaces/{workspace}/networks",
    id: "listNetworks",
    tag: "Downlinks",
    summary: "List networks",
    description: `Those of a workspace, oldest first. ${TAKES}`,
    query: z.strictObject(PAGE_QUERY),
    result: pageOf(network),
    find: (seeker) => findWorkspaceFor(seeker, "integrations"),
    run: ({ deps: { directory }, found, query }) => {
      const rows = directory.childrenOf("network", "workspace", found.uid);
      const show = (row: Network) => networkInfo(directory, row);
      return { body: page(rows, query, ({ uid }) => uid, show) };
    },
  }),
  route({
    method: "post",
    path: "/workspaces/{workspace}/networks",
    id: "createNetwork",
    tag: "Downlinks",
    summary: "Create a network",
    description: `Which settings it needs depends on its type. ${TAKES}`,
    body: settings.partial().extend({ name: networkName, type: networkType }),
    result: network,
    status: 201,
    refusals: ["already_exists"],
    find: (seeker) => findWorkspaceFor(seeker, "integrations"),
    run: async (call) => {
      const { name, type, server = null, application = null, webhook = null, key = null } = call.body;
      await call.edit((draft) => {
        const workspace = call.again();
        createNetwork(draft, workspace.uid, { name, type, server, application, webhook, key });
      });
      const row = made(call.deps, call.found.uid, name);
      const location = `/api/v1/workspaces/${call.found.slug}/networks/${name}`;
      return { body: networkInfo(call.deps.directory, row), etag: etagOf(row), location };
    },
  }),
  route({
    method: "get",
    path: "/workspaces/{workspace}/networks/{network}",
    id: "getNetwork",
    tag: "Downlinks",
    summary: "Get a network",
    description: TAKES,
    result: network,
    find: findNetwork,
    run: ({ deps, found }) => ({ body: networkInfo(deps.directory, found.network), etag: etagOf(found.network) }),
  }),
  route({
    method: "patch",
    path: "/workspaces/{workspace}/networks/{network}",
    id: "updateNetwork",
    tag: "Downlinks",
    summary: "Update a network",
    description: `null takes a setting away. The name never changes. ${TAKES}`,
    body: settings.extend({ type: networkType }).partial(),
    result: network,
    needsState: true,
    find: findNetwork,
    run: async (call) => {
      await call.edit((draft) => {
        const { network: row } = call.again();
        call.checkState(etagOf(row));
        changeNetwork(draft, row, call.body);
      });
      const row = made(call.deps, call.found.workspace.uid, call.found.network.name);
      return { body: networkInfo(call.deps.directory, row), etag: etagOf(row) };
    },
  }),
  route({
    method: "delete",
    path: "/workspaces/{workspace}/networks/{network}",
    id: "deleteNetwork",
    tag: "Downlinks",
    summary: "Delete a network",
    description: `One that no product uses. ${TAKES}`,
    result: z.object({ deleted: z.string() }),
    refusals: ["immutable"],
    find: findNetwork,
    run: async (call) => {
      await call.edit((draft) => {
        const { network: row } = call.again();
        call.checkState(etagOf(row));
        deleteNetwork(draft, row);
      });
      return { body: { deleted: call.found.network.name } };
    },
  }),
];
