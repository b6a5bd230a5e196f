import { z } from "zod";
import { changeNetwork, createNetwork, deleteNetwork } from "../fleet/edit/networks.ts";
import { changeProduct } from "../fleet/edit/products.ts";
import { productNamed } from "../fleet/named.ts";
import { checked } from "./checked.ts";
import { networkInfo, networkName, networkNamed, networkSettings, networkType } from "./networks.ts";
import type { OperationsDeps } from "./types.ts";
import * as values from "./values.ts";
import { workspaceOf } from "./workspaces.ts";

const workspace = { workspace: values.named.optional() };
const settings = z.strictObject(networkSettings).partial();
const schemas = {
  list: z.strictObject(workspace),
  create: settings.extend({ ...workspace, name: networkName, type: networkType }),
  set: settings.extend({ ...workspace, name: values.named, type: networkType.optional() }),
  one: z.strictObject({ ...workspace, name: values.named }),
  use: z.strictObject({ product: values.named, network: networkName.nullable() }),
};

/** Networks that take downlinks. @throws Refusal not_found, invalid_request, already_exists, immutable, storage_unavailable */
export function networkOperations(deps: OperationsDeps) {
  const { directory, fleet } = deps;
  const shown = (slug: string | undefined, name: string) =>
    networkInfo(directory, networkNamed(directory, workspaceOf(deps, slug), name));
  return {
    networkList: checked(schemas.list, async ({ workspace: slug }) => {
      const rows =
        slug === undefined
          ? directory.all("network")
          : directory.childrenOf("network", "workspace", workspaceOf(deps, slug).uid);
      return rows.map((row) => networkInfo(directory, row));
    }),
    networkCreate: checked(schemas.create, async ({ workspace: slug, name, type, ...given }) => {
      const { server = null, application = null, webhook = null, key = null } = given;
      await fleet.edit((draft) =>
        createNetwork(draft, workspaceOf(deps, slug).uid, { name, type, server, application, webhook, key }),
      );
      return shown(slug, name);
    }),
    networkSet: checked(schemas.set, async ({ workspace: slug, name, ...changes }) => {
      await fleet.edit((draft) =>
        changeNetwork(draft, networkNamed(directory, workspaceOf(deps, slug), name), changes),
      );
      return shown(slug, name);
    }),
    networkDelete: checked(schemas.one, async ({ workspace: slug, name }) => {
      await fleet.edit((draft) => deleteNetwork(draft, networkNamed(directory, workspaceOf(deps, slug), name)));
      return { network: name };
    }),
    networkUse: checked(schemas.use, async ({ product, network }) => {
      await fleet.edit((draft) => changeProduct(draft, productNamed(directory, product), { network }));
      return { product, network };
    }),
  };
}
