import { z } from "zod";
import { COMMAND_LINE } from "../fleet/audit.ts";
import { createDownlink } from "../fleet/edit/downlinks.ts";
import { deviceNamed, productNamed } from "../fleet/named.ts";
import { Refusal } from "../base/errors.ts";
import { checked } from "./checked.ts";
import { contentInfo, deviceDownlinkInfo } from "./device-downlink-info.ts";
import { cancelDownlink, portOf, sendDownlink } from "./device-downlinks.ts";
import { sendWish } from "./downlink-wish.ts";
import { downlinkChanges, downlinkInfo, downlinkNamed, downlinkWish, hasField } from "./downlinks.ts";
import type { OperationsDeps } from "./types.ts";
import * as values from "./values.ts";

const device = { product: values.named, device: values.named };
const schemas = {
  product: z.strictObject({ product: values.named }),
  create: downlinkChanges.extend({ product: values.named, name: values.slug }),
  one: z.strictObject({ product: values.named, name: values.named }),
  send: sendWish.extend(device),
  list: z.strictObject({ ...device, limit: z.int().min(1).max(1000).default(20) }),
  sent: z.strictObject({ ...device, id: z.string().max(40) }),
};

/**
 * What can be sent to devices, and what was. @throws Refusal unknown_product, unknown_device, not_found, invalid_request, immutable,
 * not_available, quota_exceeded, storage_unavailable
 */
export function downlinkOperations(deps: OperationsDeps) {
  const { directory, fleet } = deps;
  const deviceOf = (given: { readonly product: string; readonly device: string }) =>
    deviceNamed(productNamed(directory, given.product), given.device);
  return {
    downlinkList: checked(schemas.product, async ({ product }) => {
      const { uid } = productNamed(directory, product).row;
      return directory.childrenOf("downlink", "product", uid).map((row) => downlinkInfo(directory, row, true));
    }),
    downlinkCreate: checked(schemas.create, async ({ product: slug, name, ...given }) => {
      await fleet.edit((draft) => {
        const product = productNamed(directory, slug);
        const home = { uid: product.row.uid, slug: product.row.slug, has: hasField(product) };
        createDownlink(draft, home, downlinkWish(name, given));
      });
      return downlinkInfo(directory, downlinkNamed(directory, productNamed(directory, slug), name), true);
    }),
    downlinkDelete: checked(schemas.one, async ({ product, name }) => {
      await fleet.edit((draft) => {
        const { uid } = downlinkNamed(directory, productNamed(directory, product), name);
        draft.drafts.push({ kind: "downlink", op: "delete", uid });
      });
      return { product, downlink: name };
    }),
    downlinkSend: checked(schemas.send, async ({ product, device: id, ...wish }) => {
      const node = deviceOf({ product, device: id });
      const made = await sendDownlink(deps, node, wish, COMMAND_LINE);
      const sent = made.sent && deviceDownlinkInfo(node, made.sent, fleet);
      return { sent, content: contentInfo(made.content), log: [...made.log] };
    }),
    deviceDownlinkList: checked(schemas.list, async ({ limit, ...given }) => {
      const node = deviceOf(given);
      const found = await portOf(deps).service.list(node.row.uid, undefined, limit);
      return found.map((one) => deviceDownlinkInfo(node, one, fleet));
    }),
    deviceDownlinkShow: checked(schemas.sent, async ({ id, ...given }) => {
      const node = deviceOf(given);
      const found = await portOf(deps).service.find(node.row.uid, id);
      if (found === null) throw new Refusal("not_found", `The device has no downlink ${id}.`);
      return deviceDownlinkInfo(node, found, fleet);
    }),
    deviceDownlinkCancel: checked(schemas.sent, async ({ id, ...given }) => {
      const node = deviceOf(given);
      return deviceDownlinkInfo(node, await cancelDownlink(deps, node, id, COMMAND_LINE), fleet);
    }),
  };
}
