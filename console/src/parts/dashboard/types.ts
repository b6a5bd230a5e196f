import type { Dashboard } from "../../../../sdk/operations.js";

/** A dashboard's content and its parts, as the API has them. */
export type Content = Dashboard["content"];
export type Widget = Content["widgets"][number];
export type WidgetType = Widget["type"];
export type WidgetOf<T extends WidgetType> = Extract<Widget, { type: T }>;
export type Place = Widget["place"];
export type Source = WidgetOf<"value">["source"];
export type DeviceSet = WidgetOf<"table">["devices"];
export type Level = "ok" | "warn" | "bad";
export type Steps = NonNullable<WidgetOf<"value">["steps"]>;
export type PhoneItem = NonNullable<Content["phone"]>[number];

/** Types of widgets, in the order of the picker. */
export const WIDGET_TYPES = [
  ...(["value", "gauge", "chart", "bar", "boolean", "online", "table", "map", "text", "image"] as const),
  ...(["switch", "slider", "set_value", "downlink"] as const),
] satisfies readonly WidgetType[];
/** Those that change something. */
export const WRITES: ReadonlySet<WidgetType> = new Set(["switch", "slider", "set_value", "downlink"]);
