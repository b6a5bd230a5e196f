import { type ComponentType, lazy, Suspense } from "react";
import type { Span } from "../../chart/range.ts";
import type { Widget, WidgetOf, WidgetType } from "../types.ts";
import BarWidget from "./bar.tsx";
import BooleanWidget from "./boolean.tsx";
import ChartWidget from "./chart.tsx";
import { SetValueWidget, SliderWidget, SwitchWidget } from "./control.tsx";
import { OnlineWidget, TableWidget } from "./devices.tsx";
import { DownlinkWidget } from "./downlink.tsx";
import GaugeWidget from "./gauge.tsx";
import css from "../dashboard.module.css";
import type { WidgetProps } from "./props.ts";
import ValueWidget from "./value.tsx";

const MapWidget = lazy(() => import("./map.tsx"));
const Markdown = lazy(async () => ({ default: (await import("../markdown.tsx")).Markdown }));

const TextWidget = ({ widget }: WidgetProps<WidgetOf<"text">>) => (
  <div className={css.markdown}>
    <Markdown text={widget.markdown} />
  </div>
);
const ImageWidget = ({ widget }: WidgetProps<WidgetOf<"image">>) => (
  <img className={css.image} src={widget.image} alt={widget.alt ?? ""} />
);

/** How each type is drawn; a new one is entered here, in types.ts, and in the texts. */
const WIDGETS: { readonly [T in WidgetType]: ComponentType<WidgetProps<WidgetOf<T>>> } = {
  value: ValueWidget,
  gauge: GaugeWidget,
  chart: ChartWidget,
  bar: BarWidget,
  boolean: BooleanWidget,
  text: TextWidget,
  table: TableWidget,
  map: MapWidget,
  image: ImageWidget,
  online: OnlineWidget,
  switch: SwitchWidget,
  slider: SliderWidget,
  set_value: SetValueWidget,
  downlink: DownlinkWidget,
};

/** A widget with its title, as the dashboard and the preview show it. */
export function WidgetCard({ widget, span }: { readonly widget: Widget; readonly span: Span }) {
  // the type says which of them it is, which TypeScript cannot follow through the table
  const Body = WIDGETS[widget.type] as ComponentType<WidgetProps<Widget>>;
  const bare = widget.type === "text" || widget.type === "image";
  return (
    <article
      className={css.widget}
      data-type={widget.type}
      data-bare={(bare && widget.title === undefined) || undefined}
    >
      {widget.title !== undefined && <h2>{widget.title}</h2>}
      <div className={css.body}>
        <Suspense>
          <Body widget={widget} span={span} />
        </Suspense>
      </div>
    </article>
  );
}
