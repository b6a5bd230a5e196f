import { errorText } from "../../base/errors.ts";
import type { Log } from "../../base/types.ts";
import { createDevice } from "../../fleet/edit/devices.ts";
import { createField } from "../../fleet/edit/products.ts";
import { isName, isUnit } from "../../fleet/rules.ts";
import type { ProductNode } from "../../fleet/nodes.ts";
import type { FleetService } from "../../fleet/service.ts";
import { DEFAULT_TYPE } from "../../measure/types.ts";
import type { Named, Suggestions } from "./suggestions.ts";

/** Most that one thing that came may make. */
const MOST_AT_ONCE = 100;

/** Makes devices and fields that came and are not there, in products that wish it, up to the product's limits. */
export class Making {
  constructor(
    private readonly fleet: Pick<FleetService, "edit">,
    private readonly suggestions: Suggestions,
    private readonly log: Log,
  ) {}

  /** @returns whether any of it is there now; what is not is to be suggested */
  async make(product: ProductNode, missing: readonly Named[]): Promise<boolean> {
    const { createsDevices = 0, createsFields = 0 } = product.row;
    if (createsDevices === 0 && createsFields === 0) return false;
    const wanted = new Map(missing.map((one) => [`${one.kind} ${one.name}`, one]));
    const isThere = ({ kind, name }: Named) =>
      kind === "device" ? product.device(name) !== undefined : product.fields.has(name);
    const hasRoom = ({ kind }: Named) =>
      kind === "device" ? product.devicesById.size < createsDevices : product.fields.size < createsFields;
    // the edits of others are not waited for where there is nothing to make
    if (![...wanted.values()].some((one) => isThere(one) || hasRoom(one))) return false;
    try {
      await this.fleet.edit(
        (draft) => {
          let [devices, fields] = [product.devicesById.size, product.fields.size];
          if (product.deleted) return;
          for (const one of [...wanted.values()].slice(0, MOST_AT_ONCE)) {
            // somebody may not want it, or has made it meanwhile
            if (this.suggestions.find(one)?.state === "ignored") continue;
            if (one.kind === "device" && devices < createsDevices && product.device(one.name) === undefined) devices++;
            else if (one.kind === "field" && fields < createsFields && !product.fields.has(one.name)) fields++;
            else continue;
            draftOf(draft, product, one);
          }
        },
        { key: `p:${product.row.uid}`, name: `integration of ${product.row.slug}`, from: null },
      );
    } catch (error) {
      // what came is stored as far as it goes; the rest is suggested
      this.log.warn(
        { product: product.row.slug, error: errorText(error) },
        "what came and is not there could not be made",
      );
      return false;
    }
    const there = [...wanted.values()].filter(isThere);
    for (const one of there) this.suggestions.remove(one);
    return there.length > 0;
  }
}

type Draft = Parameters<typeof createField>[0];

/** Drafts the device or the field that a suggestion is for. */
export function draftOf(draft: Draft, product: ProductNode, wish: Omit<Named, "sample">): void {
  const { kind, name, type, unit } = wish;
  // a decoder may write anything there
  const label = wish.label != null && isName(wish.label) ? wish.label : name;
  if (kind === "device") createDevice(draft, product, { name: label, serial: name });
  else
    createField(draft, product, {
      id: name,
      type: type ?? DEFAULT_TYPE,
      name: label,
      unit: unit != null && isUnit(unit) ? unit : null,
    });
}
