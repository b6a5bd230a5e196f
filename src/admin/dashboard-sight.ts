import type { DashboardContent, DashboardWidget } from "../fleet/dashboard-content.ts";
import type { Known } from "../fleet/dashboard-sources.ts";
import type { Dashboard } from "../fleet/types.ts";
import type { Asker } from "./actor.ts";
import { seesDevice, seesProduct } from "./find.ts";

/** What of a dashboard's content there is for who asks. */

/** What there is of a workspace for who asks: what may not be seen is not there. */
export function knownTo({ deps: { directory }, who }: Asker, workspace: number): Known {
  const found = (slug: string) => {
    const product = directory.product(slug);
    return product?.row.workspace === workspace && seesProduct(who.principal, product) ? product : undefined;
  };
  return {
    product: (slug) => found(slug) !== undefined,
    device: (slug, id) => {
      const device = found(slug)?.devicesById.get(id);
      return device !== undefined && seesDevice(who.principal, device);
    },
    field: (slug, id) => found(slug)?.fields.has(id) === true,
    downlink: (slug, name) => directory.named("downlink", found(slug)?.row.uid ?? 0, name) !== undefined,
  };
}
/** The content without what it names of devices that who asks may not see. */
export function seenOf(asker: Asker, row: Dashboard): { content: DashboardContent; hidden: number } {
  const known = knownTo(asker, row.workspace);
  const own = slugOf(asker, row);
  const sees = (product: string | undefined, device: string | undefined) =>
    known.product(product ?? own ?? "") && (device === undefined || known.device(product ?? own ?? "", device));
  const widgets = row.content.widgets.flatMap((widget): DashboardWidget[] => {
    switch (widget.type) {
      case "text":
      case "image":
        return [widget];
      case "chart":
      case "bar": {
        const sources = widget.sources.filter((one) => sees(one.product, one.device));
        return sources.length === 0 ? [] : [{ ...widget, sources }];
      }
      case "table":
      case "map":
      case "online": {
        const { devices } = widget;
        if (!sees(devices.product, undefined)) return [];
        if (devices.devices === undefined) return [widget];
        const some = devices.devices.filter((id) => sees(devices.product, id));
        return some.length === 0 ? [] : [{ ...widget, devices: { ...devices, devices: some } }];
      }
      case "downlink":
        return sees(widget.product, widget.device) ? [widget] : [];
      default:
        return sees(widget.source.product, widget.source.device) ? [widget] : [];
    }
  });
  const left = new Set(widgets.map(({ id }) => id));
  const phone = row.content.phone?.filter(({ id }) => left.has(id)) ?? null;
  return { content: { ...row.content, widgets, phone }, hidden: row.content.widgets.length - widgets.length };
}

/** The product that a dashboard belongs to; null: none. */
export function slugOf({ deps: { directory } }: Asker, { product }: Dashboard): string | null {
  return product === null ? null : (directory.productByUid(product)?.row.slug ?? null);
}
