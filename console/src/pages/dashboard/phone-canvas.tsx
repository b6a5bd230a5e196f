import { ActionIcon, Button, Checkbox } from "@mantine/core";
import { ArrowDownIcon, ArrowUpIcon, DashIcon, PlusIcon } from "@primer/octicons-react";
import { phoneMoved, phoneOrder } from "../../parts/dashboard/layout.ts";
import type { Content, PhoneItem } from "../../parts/dashboard/types.ts";
import { WidgetCard } from "../../parts/dashboard/widgets/index.tsx";
import { useText } from "../../parts/dashboard/text.ts";
import css from "./dashboard-page.module.css";

interface Props {
  readonly content: Content;
  readonly chosen: string | null;
  readonly onChoose: (id: string | null) => void;
  readonly onChange: (content: Content) => void;
}

/** The order and the heights on phones. */
export function PhoneCanvas({ content, onChange }: Props) {
  const t = useText().dashboards;
  const byId = new Map(content.widgets.map((one) => [one.id, one]));
  const order = phoneOrder(content);
  const set = (id: string, more: Partial<PhoneItem>) =>
    onChange({ ...content, phone: order.map((one) => (one.id === id ? { ...one, ...more } : one)) });
  return (
    <div className={css.canvas}>
      <p className="quiet small">{t.phoneHow}</p>
      {content.phone !== null && (
        <Button variant="default" onClick={() => onChange({ ...content, phone: null })}>
          {t.asDesktop}
        </Button>
      )}
      <div className={css.phoneFrame}>
        {order.map(({ id, h, hidden = false }, n) => {
          const widget = byId.get(id);
          if (widget === undefined) return null;
          const name = widget.title ?? t.types[widget.type];
          const move = (by: number) => onChange({ ...content, phone: phoneMoved(content, id, by) });
          const button = (label: string, icon: typeof PlusIcon, run: () => void, off = false) => {
            const Icon = icon;
            return (
              <ActionIcon variant="default" aria-label={`${name}: ${label}`} title={label} disabled={off} onClick={run}>
                <Icon size={14} />
              </ActionIcon>
            );
          };
          return (
            <div key={id} className={css.phoneItem} data-phone={id} data-hidden={hidden || undefined}>
              <div className={css.phoneBar}>
                <span>{name}</span>
                {button(t.up, ArrowUpIcon, () => move(-1), n === 0)}
                {button(t.down, ArrowDownIcon, () => move(1), n === order.length - 1)}
                {button(t.smaller, DashIcon, () => set(id, { h: Math.max(1, h - 1) }), h <= 1)}
                {button(t.taller, PlusIcon, () => set(id, { h: Math.min(40, h + 1) }), h >= 40)}
                <Checkbox
                  size="xs"
                  label={t.hide}
                  checked={hidden}
                  onChange={(event) => set(id, { hidden: event.currentTarget.checked })}
                />
              </div>
              {!hidden && (
                <div inert style={{ height: h * 48 - 12 }}>
                  <WidgetCard widget={widget} span={content.range} />
                </div>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
