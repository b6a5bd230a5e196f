import { findProductToManage } from "../../admin/find.ts";
import { Refusal } from "../../base/errors.ts";
import { type DeviceWish, createDevices } from "../../fleet/edit/devices.ts";
import type { DeviceNode, ProductNode } from "../../fleet/nodes.ts";
import { act, there } from "./act.ts";
import { type GraphContext, mustBeSomebody, orWhy } from "./context.ts";
import { productNamed, workspaceNamed } from "./lookups.ts";
import { SAMPLE_DECODER } from "./sample-decoder.ts";

interface NewDevices {
  readonly workspace: string;
  readonly productKind: "NEW" | "EXISTING" | "TEMPLATE";
  readonly existingProduct?: string | null;
  readonly newProductName?: string | null;
  readonly devices: readonly ({
    readonly name?: string | null;
    readonly serial: string;
    readonly location?: string | null;
    readonly tags?: readonly (string | null)[] | null;
  } | null)[];
}

function wishesOf(devices: NewDevices["devices"]): DeviceWish[] {
  const wishes = devices
    .filter((one) => one !== null)
    .map(
      ({ name, serial, location, tags }): DeviceWish => ({
        serial,
        name: name || serial,
        ...(location && { location }),
        tags: (tags ?? []).filter((tag) => tag !== null),
      }),
    );
  const serials = wishes.map(({ serial }) => serial);
  const twice = serials.find((serial, i) => serials.indexOf(serial) !== i);
  if (twice !== undefined) throw new Refusal("already_exists", `The serial ${JSON.stringify(twice)} is there twice.`);
  return wishes;
}

/** All devices or none; with NEW the product, too. */
export function createApiDevices(_: unknown, { input }: { input: NewDevices }, context: GraphContext) {
  return orWhy(async () => {
    const workspace = there(workspaceNamed(context, input.workspace), "workspace");
    if (input.productKind === "TEMPLATE")
      throw new Refusal("invalid_request", "There are no templates; use NEW or EXISTING.");
    const wishes = wishesOf(input.devices);
    const isNew = input.productKind === "NEW";
    const product = isNew
      ? await newProduct(context, workspace.slug, input.newProductName ?? "")
      : there(productNamed(context, input.existingProduct), "product");
    try {
      return { ok: true, error: null, devices: await made(context, product, wishes) };
    } catch (error) {
      if (isNew)
        await act(context, "deleteProduct", {
          params: { product: product.row.slug },
          query: { confirm: product.row.slug },
        });
      throw error;
    }
  });
}
/** With the sample decoder, as the platform makes it. */
async function newProduct(context: GraphContext, workspace: string, name: string): Promise<ProductNode> {
  if (name.trim() === "") throw new Refusal("invalid_request", "newProductName: a new product needs a name.");
  const body = { name: name.trim(), online_timeout: 40 * 60 };
  const { slug } = (await act(context, "createProduct", { params: { workspace }, body })) as { slug: string }; // as its schema says
  await act(context, "setDecoder", { params: { product: slug }, body: { code: SAMPLE_DECODER } });
  const product = context.deps.directory.product(slug);
  if (!product) throw new Error("the product that was committed is not there");
  return product;
}
async function made(context: GraphContext, product: ProductNode, wishes: readonly DeviceWish[]): Promise<DeviceNode[]> {
  const { deps } = context;
  const who = mustBeSomebody(context);
  const by = { key: who.principal.key, name: deps.fleet.accountName(who.principal.key), from: who.address };
  const ids = await deps.fleet.edit(
    (draft) => createDevices(draft, findProductToManage({ deps, who }, product.row.slug), wishes),
    by,
  );
  return ids.map((id) => product.devicesById.get(id)).filter((node) => node !== undefined);
}
