import { SPANS, type Span } from "../../parts/chart/range.ts";

/** What the address of a dashboard says. */
export interface DashboardSearch {
  /** How far back; absent: as the dashboard says. */
  readonly span?: Span;
  /** Id of the device that one looks at, of a product's dashboard. */
  readonly device?: string;
  readonly edit?: true;
  /** Nothing but the widgets. */
  readonly wall?: true;
}

export function dashboardSearch({ span, device, edit, wall }: Readonly<Record<string, unknown>>): DashboardSearch {
  return {
    ...(typeof span === "string" && Object.hasOwn(SPANS, span) && { span: span as Span }), // a key of SPANS
    // an id of digits alone comes as a number
    ...((typeof device === "string" || typeof device === "number") && { device: String(device) }),
    ...(edit === true && { edit }),
    ...(wall === true && { wall }),
  };
}
