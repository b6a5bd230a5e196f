import { downlinkNamed } from "../../admin/downlinks.ts";
import * as named from "../../admin/find.ts";
import { networkNamed } from "../../admin/networks.ts";
import type { FieldNode, ProductNode } from "../../fleet/nodes.ts";
import type { WorkspacePermission } from "../../fleet/types.ts";
import type { Seeker } from "./route.ts";

/** What the names in an address mean for who asks: see src/admin/find.ts. */

export const findWorkspace = (seeker: Seeker) => named.findWorkspace(seeker, seeker.param("workspace"));
export const findWorkspaceFor = (seeker: Seeker, permission: WorkspacePermission) =>
  named.findWorkspaceFor(seeker, seeker.param("workspace"), permission);
export const findWorkspaceToDelete = (seeker: Seeker) => named.findWorkspaceToDelete(seeker, seeker.param("workspace"));

export const findProduct = (seeker: Seeker) => named.findProduct(seeker, seeker.param("product"));
export const findProductToManage = (seeker: Seeker) => named.findProductToManage(seeker, seeker.param("product"));
export const findProductToEdit = (seeker: Seeker) => named.findProductToEdit(seeker, seeker.param("product"));
export const findProductToIntegrate = (seeker: Seeker) => named.findProductToIntegrate(seeker, seeker.param("product"));
/** A field of a product that was found. */
export const findField = ({ param }: Seeker, product: ProductNode): FieldNode =>
  named.findField(product, param("field"));

export const findDevice = (seeker: Seeker) => named.findDevice(seeker, seeker.param("product"), seeker.param("device"));
export const findDeviceToEdit = (seeker: Seeker) =>
  named.findDeviceToEdit(seeker, seeker.param("product"), seeker.param("device"));
export const findDeviceToDelete = (seeker: Seeker) =>
  named.findDeviceToDelete(seeker, seeker.param("product"), seeker.param("device"));

/** A network, for who may set up integrations. */
export const findNetwork = (seeker: Seeker) => {
  const workspace = findWorkspaceFor(seeker, "integrations");
  return { workspace, network: networkNamed(seeker.deps.directory, workspace, seeker.param("network")) };
};
export const findDownlink = (seeker: Seeker) => downlinkIn(seeker, findProduct(seeker));
export const findDownlinkToEdit = (seeker: Seeker) => downlinkIn(seeker, findProductToEdit(seeker));
function downlinkIn({ deps, param }: Seeker, product: ProductNode) {
  return { product, downlink: downlinkNamed(deps.directory, product, param("downlink")) };
}

export const findApiUser = (seeker: Seeker) =>
  named.findApiUser(seeker, seeker.param("workspace"), seeker.param("api_user"));
export const findApiUserToken = (seeker: Seeker) =>
  named.findApiUserToken(seeker, seeker.param("workspace"), seeker.param("api_user"), seeker.param("token"));
export const findMember = (seeker: Seeker) =>
  named.findMember(seeker, seeker.param("workspace"), seeker.param("member"));
