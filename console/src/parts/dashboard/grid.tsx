import { useSyncExternalStore } from "react";
import type { Span } from "../chart/range.ts";
import css from "./dashboard.module.css";
import { phoneOrder } from "./layout.ts";
import type { Content } from "./types.ts";
import { WidgetCard } from "./widgets/index.tsx";

const PHONE = "(max-width: 767px)";
function watch(tell: () => void): () => void {
  const media = matchMedia(PHONE);
  media.addEventListener("change", tell);
  return () => media.removeEventListener("change", tell);
}
/** Whether the window is as narrow as a phone's. */
export function useIsPhone(): boolean {
  return useSyncExternalStore(watch, () => matchMedia(PHONE).matches);
}

/** The widgets of a dashboard in their places; on phones one below the other. */
export function DashboardGrid({
  content,
  span,
  phone,
}: {
  readonly content: Content;
  readonly span: Span;
  readonly phone?: boolean;
}) {
  const narrow = useIsPhone();
  if (phone ?? narrow) {
    const byId = new Map(content.widgets.map((one) => [one.id, one]));
    return (
      <div className={css.phone}>
        {phoneOrder(content).map(({ id, h, hidden }) => {
          const widget = byId.get(id);
          if (widget === undefined || hidden === true) return null;
          return (
            <div key={id} className={css.cell} style={{ height: h * 48 - 12 }}>
              <WidgetCard widget={widget} span={span} />
            </div>
          );
        })}
      </div>
    );
  }
  const sorted = [...content.widgets].sort((a, b) => a.place.y - b.place.y || a.place.x - b.place.x);
  return (
    <div className={css.grid}>
      {sorted.map((widget) => {
        const { x, y, w, h } = widget.place;
        return (
          <div key={widget.id} className={css.cell} style={{ gridArea: `${y + 1} / ${x + 1} / span ${h} / span ${w}` }}>
            <WidgetCard widget={widget} span={span} />
          </div>
        );
      })}
    </div>
  );
}
