import type { DashboardContent, DashboardWidget } from "./dashboard-content.ts";

/** What widgets show of the fleet, by the names that they use. */

/** Types of widgets that change something; a link that shows a dashboard has none of them. */
export const WRITE_WIDGETS: ReadonlySet<string> = new Set(["switch", "slider", "set_value", "downlink"]);

/** A part of what a widget shows: fields of some devices. */
interface ShownPart {
  /** Where it stands in the content: `widgets[2].sources[0]`. */
  readonly path: string;
  /** Slug; null: that of the dashboard. */
  readonly product: string | null;
  /** Ids; `own`: the device that one looks at; `all`: those of the product, or of it those with the tag. */
  readonly devices: readonly string[] | "own" | "all";
  readonly tag: string | null;
  readonly fields: readonly string[];
  /** Whether it tells when devices were heard. */
  readonly state: boolean;
}

type Source = { readonly product?: string | undefined; readonly device?: string | undefined; readonly field?: string };
type Devices = {
  readonly product?: string | undefined;
  readonly devices?: readonly string[] | undefined;
  readonly tag?: string | undefined;
};

/** What one widget shows. @param path of the widget in the content */
export function partsOf(widget: DashboardWidget, path: string): ShownPart[] {
  const one = (source: Source, at: string): ShownPart => ({
    path: `${path}${at}`,
    product: source.product ?? null,
    devices: source.device === undefined ? "own" : [source.device],
    tag: null,
    fields: source.field === undefined ? [] : [source.field],
    state: false,
  });
  const some = ({ product, devices, tag }: Devices, fields: readonly string[]): ShownPart => ({
    path: `${path}.devices`,
    product: product ?? null,
    devices: devices ?? "all",
    tag: tag ?? null,
    fields,
    state: true,
  });
  switch (widget.type) {
    case "text":
    case "image":
      return [];
    case "chart":
    case "bar":
      return widget.sources.map((source, i) => one(source, `.sources[${i}]`));
    case "table":
      return [some(widget.devices, widget.fields)];
    case "map":
      return [some(widget.devices, widget.label === undefined ? [widget.field] : [widget.field, widget.label])];
    case "online":
      return [some(widget.devices, [])];
    case "downlink":
      return [one(widget, "")];
    default:
      return [one(widget.source, ".source")];
  }
}

interface Wrong {
  readonly path: string;
  readonly message: string;
}
/** What there is of the fleet, for who asks. */
export interface Known {
  product(slug: string): boolean;
  device(product: string, id: string): boolean;
  field(product: string, id: string): boolean;
  downlink(product: string, name: string): boolean;
}

/** What content must say and does not: a dashboard of a workspace names its devices. @param product slug of its product; null: it has none */
export function contentProblems({ widgets }: DashboardContent, product: string | null): Wrong[] {
  const wrong: Wrong[] = [];
  for (const [i, widget] of widgets.entries())
    for (const part of partsOf(widget, `widgets[${i}]`)) {
      if (product !== null && (part.product ?? product) !== product && part.devices === "own")
        wrong.push({ path: `${part.path}.device`, message: "is missing: it is of another product than the dashboard" });
      if (product !== null) continue;
      if (part.product === null)
        wrong.push({
          path: `${part.path}.product`,
          message: "is missing: a dashboard of a workspace names the product",
        });
      if (part.devices === "own")
        wrong.push({ path: `${part.path}.device`, message: "is missing: a dashboard of a workspace names the device" });
    }
  return wrong;
}

/** What content names and is not there. @param product slug of the dashboard's; null: it has none @param known for who asks */
export function missingIn({ widgets }: DashboardContent, product: string | null, known: Known): Wrong[] {
  const missing: Wrong[] = [];
  for (const [i, widget] of widgets.entries()) {
    for (const part of partsOf(widget, `widgets[${i}]`)) {
      const slug = part.product ?? product;
      if (slug === null) continue;
      if (!known.product(slug)) {
        missing.push({ path: `${part.path}.product`, message: `the product ${JSON.stringify(slug)} is not there` });
        continue;
      }
      const named = typeof part.devices === "string" ? [] : part.devices;
      for (const id of named)
        if (!known.device(slug, id))
          missing.push({ path: part.path, message: `the device ${JSON.stringify(id)} of ${slug} is not there` });
      for (const id of part.fields)
        if (!known.field(slug, id))
          missing.push({ path: part.path, message: `the field ${JSON.stringify(id)} of ${slug} is not there` });
      if (widget.type === "downlink" && !known.downlink(slug, widget.downlink))
        missing.push({
          path: part.path,
          message: `the downlink ${JSON.stringify(widget.downlink)} of ${slug} is not there`,
        });
    }
  }
  return missing;
}
