import type { ShownField } from "../../parts/dashboard/data.ts";
import type { DeviceSet, Source, Widget, WidgetType } from "../../parts/dashboard/types.ts";

/** A new widget of a type with what it shows at first: pure. */

export interface Ground {
  /** Of the series that it shows at first; on a product's dashboard without a device. */
  readonly product: string;
  readonly device: string | null;
  /** Whether the dashboard is of the product: then sources name neither. */
  readonly own: boolean;
  readonly fields: readonly ShownField[];
  readonly downlinks: readonly string[];
}

const SIZES: Readonly<Record<WidgetType, { w: number; h: number }>> = {
  value: { w: 3, h: 3 },
  gauge: { w: 3, h: 4 },
  chart: { w: 6, h: 7 },
  bar: { w: 6, h: 6 },
  boolean: { w: 3, h: 3 },
  online: { w: 4, h: 6 },
  table: { w: 12, h: 7 },
  map: { w: 6, h: 9 },
  text: { w: 4, h: 3 },
  image: { w: 4, h: 5 },
  switch: { w: 3, h: 3 },
  slider: { w: 4, h: 3 },
  set_value: { w: 4, h: 4 },
  downlink: { w: 3, h: 2 },
};
export const sizeOf = (type: WidgetType) => SIZES[type];

/** Which fields a type can show. */
export function takes(type: WidgetType, field: Pick<ShownField, "type">): boolean {
  switch (type) {
    case "gauge":
    case "slider":
      return ["NUMERIC", "INT", "COUNTER"].includes(field.type);
    case "chart":
    case "bar":
      return ["NUMERIC", "INT", "COUNTER", "BOOL"].includes(field.type);
    case "boolean":
    case "switch":
      return field.type === "BOOL";
    case "map":
      return field.type === "GEO";
    default:
      return true;
  }
}

const PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

/** Null: the product has nothing that it could show. @param text what a text begins with */
export function freshWidget(type: WidgetType, ground: Ground, text: string): Widget | null {
  const { product, device, own, fields } = ground;
  const field = fields.find((one) => takes(type, one));
  const common = { id: "new", place: { x: 0, y: 0, ...SIZES[type] } };
  if (type === "text") return { ...common, type, markdown: text };
  if (type === "image") return { ...common, type, image: PIXEL };
  const set: DeviceSet = own ? {} : { product };
  if (type === "online") return product === "" ? null : { ...common, type, devices: set };
  const named = own ? {} : { product, ...(device !== null && { device }) };
  if (!own && (product === "" || device === null)) return null;
  if (type === "downlink") {
    const [downlink] = ground.downlinks;
    return downlink === undefined ? null : { ...common, ...named, type, downlink };
  }
  if (field === undefined) return null;
  const source: Source = { ...named, field: field.id };
  const title = field.name;
  switch (type) {
    case "value":
    case "boolean":
    case "switch":
    case "set_value":
      return { ...common, title, type, source };
    case "gauge":
    case "slider":
      return { ...common, title, type, source, min: 0, max: 100 };
    case "chart":
    case "bar":
      return { ...common, title, type, sources: [source] };
    case "table":
      return {
        ...common,
        type,
        devices: set,
        fields: fields
          .filter((one) => one.type !== "GEO")
          .slice(0, 4)
          .map(({ id }) => id),
      };
    case "map":
      return { ...common, title, type, devices: set, field: field.id };
  }
}
