import type { Span } from "../../chart/range.ts";
import type { Widget } from "../types.ts";

/** What every widget is drawn with. */
export interface WidgetProps<W extends Widget> {
  readonly widget: W;
  /** The range of the page, for widgets without one of their own. */
  readonly span: Span;
}
