import { type KeyboardEvent, useMemo } from "react";
import { GridLayout, type LayoutItem } from "react-grid-layout";
import gridCss from "react-grid-layout/css/styles.css" with { type: "text" };
import { COLUMNS, compacted, GAP, moved, ROW } from "../../parts/dashboard/layout.ts";
import { useSize } from "../../parts/dashboard/size.ts";
import type { Content, Place, Widget } from "../../parts/dashboard/types.ts";
import { WidgetCard } from "../../parts/dashboard/widgets/index.tsx";
import { ownStyles } from "../../parts/own-styles.ts";
import { useText } from "../../parts/dashboard/text.ts";
import css from "./dashboard-page.module.css";

ownStyles(gridCss);

interface Props {
  readonly content: Content;
  readonly chosen: string | null;
  readonly onChoose: (id: string | null) => void;
  readonly onChange: (widgets: readonly Widget[]) => void;
  readonly onRemove: (id: string) => void;
}

/** What an arrow key does to a place. @param size whether it resizes */
const ARROWS: Readonly<Record<string, (place: Place, size: boolean) => Partial<Place>>> = {
  ArrowLeft: ({ x, w }, size) => (size ? { w: w - 1 } : { x: x - 1 }),
  ArrowRight: ({ x, w }, size) => (size ? { w: w + 1 } : { x: x + 1 }),
  ArrowUp: ({ y, h }, size) => (size ? { h: h - 1 } : { y: y - 1 }),
  ArrowDown: ({ y, h }, size) => (size ? { h: h + 1 } : { y: y + 1 }),
};

/** The grid on which widgets are moved and resized, with the pointer and with the keyboard. */
export function Canvas({ content, chosen, onChoose, onChange, onRemove }: Props) {
  const t = useText().dashboards;
  const [place, { width }] = useSize();
  const layout = useMemo(
    () => content.widgets.map(({ id, place: { x, y, w, h } }): LayoutItem => ({ i: id, x, y, w, h })),
    [content.widgets],
  );
  /** Only by what somebody did: the library tells of each drawing, too. */
  const dropped = (next: readonly LayoutItem[]) => {
    const byId = new Map(next.map(({ i, x, y, w, h }) => [i, { x, y, w, h }]));
    const placed = content.widgets.map((one) => ({ ...one, place: byId.get(one.id) ?? one.place }));
    if (JSON.stringify(placed) !== JSON.stringify(content.widgets)) onChange(compacted(placed));
  };
  const pressed = (event: KeyboardEvent, widget: Widget) => {
    if (event.target !== event.currentTarget) return;
    const arrow = ARROWS[event.key];
    if (arrow !== undefined) onChange(moved(content.widgets, widget.id, arrow(widget.place, event.shiftKey)));
    else if (event.key === "Enter" || event.key === " ") onChoose(widget.id);
    else if (event.key === "Escape") onChoose(null);
    else if (event.key === "Delete" || event.key === "Backspace") onRemove(widget.id);
    else return;
    event.preventDefault();
  };
  return (
    <div ref={place} className={css.canvas}>
      {/* where this is, the library adds no style of its own, which the policy of the pages forbids; its rules are in our style sheet */}
      <span id="react-draggable-style-el" hidden />
      <p className="quiet small">{t.choose}</p>
      {width > 0 && (
        <GridLayout
          width={width}
          layout={layout}
          gridConfig={{ cols: COLUMNS, rowHeight: ROW, margin: [GAP, GAP], containerPadding: [0, 0] }}
          dragConfig={{ enabled: true, threshold: 4 }}
          resizeConfig={{ enabled: true, handles: ["se"] }}
          onDragStop={dropped}
          onResizeStop={dropped}
        >
          {content.widgets.map((widget) => (
            <div key={widget.id} data-widget={widget.id}>
              {/* a group that takes keys: it is moved, chosen and removed by them */}
              {/* biome-ignore lint/a11y/useSemanticElements: a fieldset has a look of its own */}
              <div
                className={css.item}
                role="group"
                // biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved and resized by keys
                tabIndex={0}
                aria-current={chosen === widget.id || undefined}
                aria-label={t.moveName(widget.title ?? t.types[widget.type])}
                data-chosen={chosen === widget.id || undefined}
                onClick={() => onChoose(widget.id)}
                onKeyDown={(event) => pressed(event, widget)}
              >
                <div inert>
                  <WidgetCard widget={widget} span={content.range} />
                </div>
              </div>
            </div>
          ))}
        </GridLayout>
      )}
    </div>
  );
}
