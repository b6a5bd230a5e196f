import { Button } from "@mantine/core";
import { useState } from "react";
import type { Product } from "../../api/fleet.ts";
import type { Span } from "../../parts/chart/range.ts";
import { type Widget, WIDGET_TYPES, type WidgetType } from "../../parts/dashboard/types.ts";
import { WidgetCard } from "../../parts/dashboard/widgets/index.tsx";
import { useText } from "../../parts/dashboard/text.ts";
import css from "./dashboard-page.module.css";
import { freshWidget, sizeOf } from "./fresh.ts";
import { useGround } from "./ground.ts";

interface Props {
  readonly products: readonly Product[];
  /** Slug of the dashboard's product; null: it is of the workspace. */
  readonly product: string | null;
  readonly span: Span;
  readonly onAdd: (widget: Widget, size: { w: number; h: number }) => void;
}

/** Types of widgets, each with a preview of what it would show. */
export function Picker({ products, product, span, onAdd }: Props) {
  const t = useText().dashboards;
  const [type, setType] = useState<WidgetType>("value");
  const ground = useGround(products, product);
  const widget = freshWidget(type, ground, `## ${t.types.text}`);
  return (
    <>
      <h2>{t.add}</h2>
      <div className={css.picker}>
        {WIDGET_TYPES.map((one) => (
          <Button
            key={one}
            size="xs"
            variant={one === type ? "light" : "default"}
            aria-pressed={one === type}
            onClick={() => setType(one)}
          >
            {t.types[one]}
          </Button>
        ))}
      </div>
      {widget === null ? (
        <p className="quiet small">{t.props.noneOfType}</p>
      ) : (
        <>
          {/* a preview is looked at: what changes something is not done by it */}
          <section className={css.preview} aria-label={t.preview} inert>
            <WidgetCard widget={widget} span={span} />
          </section>
          <Button onClick={() => onAdd(widget, sizeOf(type))}>{t.addThis}</Button>
        </>
      )}
    </>
  );
}
