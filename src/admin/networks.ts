import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import { didYouMean } from "../base/suggest.ts";
import type { Directory } from "../fleet/directory.ts";
import { isApplication, isNetworkKey, isServer, NETWORK_RULE, productsUsing } from "../fleet/edit/networks.ts";
import type { Network } from "../fleet/types.ts";
import { quote } from "../measure/bytes.ts";
import { NETWORK_TYPES } from "../networks/downlinks/types.ts";
import * as values from "./values.ts";

/** Networks that take downlinks, in the words of the API. */

const ruled = (test: (text: string) => boolean, rule: string, most: number) =>
  z.string().max(most, `allowed is ${rule}`).refine(test, `allowed is ${rule}`).nullable();

/** What may be said of a network beside its name. */
export const networkSettings = {
  server: ruled(isServer, NETWORK_RULE.server, 500).meta({
    description: `Where it is reached: ${NETWORK_RULE.server}.`,
  }),
  application: ruled(isApplication, NETWORK_RULE.application, 100).meta({
    description:
      "Its name of the application: the application id of The Things Stack, LORIOT's appid, Actility's AS_ID.",
  }),
  webhook: ruled(isApplication, NETWORK_RULE.application, 100).meta({
    description: "The Things Stack: id of the webhook in whose name downlinks are sent.",
  }),
  key: ruled(isNetworkKey, NETWORK_RULE.key, 1000).meta({
    description: "What requests are authorised with; it is never shown again.",
    writeOnly: true,
  }),
};
export const networkType = z.enum(NETWORK_TYPES);
export const networkName = values.slug;

export const networkOfProduct = networkName
  .nullable()
  .meta({ description: "Name of the workspace's network that takes downlinks to its devices; null: none does." });

/** A network as people see it: whether there is a key, never which. */
export function networkInfo(directory: Directory, row: Network) {
  const { name, workspace, type, server, application, webhook, key } = row;
  return {
    name,
    workspace: directory.workspace(workspace)?.slug ?? "",
    type,
    server,
    application,
    webhook,
    has_key: key !== null,
    products: [...productsUsing(directory, row)],
  };
}

/** A network of a workspace, by its name. @throws Refusal not_found */
export function networkNamed(
  directory: Directory,
  workspace: { readonly uid: number; readonly slug: string },
  name: string,
): Network {
  const found = directory.named("network", workspace.uid, name);
  if (found !== undefined) return found;
  const names = directory.childrenOf("network", "workspace", workspace.uid).map((one) => one.name);
  throw new Refusal("not_found", `${workspace.slug} has no network ${quote(name)}.${didYouMean(name, names)}`);
}
