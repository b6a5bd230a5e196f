import { Button, SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { Dashboard } from "../../api/dashboards.ts";
import { productsQuery } from "../../api/fleet.ts";
import { api, queryClient } from "../../api/index.ts";
import { useAct } from "../../parts/act.ts";
import { begun, done, newId, placeBelow, redone, undone } from "../../parts/dashboard/layout.ts";
import { useIsPhone } from "../../parts/dashboard/grid.tsx";
import { RangeSelect } from "../../parts/dashboard/range-select.tsx";
import type { Content, Widget } from "../../parts/dashboard/types.ts";
import { useTouch } from "../../parts/kept-context.ts";
import { Page } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../parts/dashboard/text.ts";
import { Canvas } from "./canvas.tsx";
import css from "./dashboard-page.module.css";
import { PhoneCanvas } from "./phone-canvas.tsx";
import { Picker } from "./picker.tsx";
import { Properties } from "./properties.tsx";
import { useUndoKeys } from "./undo-keys.ts";

interface Props {
  readonly workspace: string;
  readonly dashboard: Dashboard;
  readonly etag: string;
  /** What stands among the actions as in the view: the device switch. */
  readonly around: ReactNode;
  readonly onDone: () => void;
}

/** Changes a dashboard: widgets are added, moved, resized and set up; all of it can be undone until it is saved, and after. */
export default function Editor({ workspace, dashboard, etag, around, onDone }: Props) {
  const t = useText();
  const d = t.dashboards;
  const [steps, setSteps] = useState(() => begun<Content>(dashboard.content));
  const [chosen, setChosen] = useState<string | null>(null);
  const [view, setView] = useState<"desktop" | "phone">(useIsPhone() ? "phone" : "desktop");
  const products = useQuery(productsQuery(workspace)).data ?? [];
  const content = steps.now;
  const touch = useTouch();
  const change = (next: Content) => {
    if (next === steps.now) return;
    touch();
    setSteps((before) => done(before, next));
  };
  const widgets = (next: readonly Widget[]) => change({ ...content, widgets: [...next] });
  const widget = content.widgets.find(({ id }) => id === chosen);
  const isChanged = content !== dashboard.content;
  useUndoKeys(
    () => setSteps(undone),
    () => setSteps(redone),
  );
  const saving = useAct(async () => {
    const body = { content, allow_missing: true };
    if (isChanged) await api.updateDashboard({ workspace, dashboard: dashboard.dashboard, if_match: etag, body });
    await queryClient.invalidateQueries({ queryKey: ["dashboards", workspace] });
    onDone();
  });
  const add = (made: Widget, size: { w: number; h: number }) => {
    const id = newId(content.widgets, made.type);
    widgets([...content.widgets, { ...made, id, place: placeBelow(content.widgets, size) }]);
    setChosen(id);
  };
  const remove = (id: string) => {
    setChosen(null);
    const phone = content.phone?.filter((one) => one.id !== id) ?? null;
    change({ ...content, widgets: content.widgets.filter((one) => one.id !== id), phone });
  };
  const copy = (one: Widget) => add(one, one.place);
  return (
    <Page
      title={dashboard.name}
      wide
      about={isChanged && <span className="quiet">{d.unsaved}</span>}
      actions={
        <>
          {around}
          <RangeSelect span={content.range} onChange={(range) => change({ ...content, range })} />
          <SegmentedControl
            aria-label={d.edit}
            value={view}
            onChange={(next) => setView(next === "phone" ? "phone" : "desktop")}
            data={[
              { value: "desktop", label: d.desktop },
              { value: "phone", label: d.phone },
            ]}
          />
          <Button variant="default" disabled={steps.past.length === 0} onClick={() => setSteps(undone)}>
            {d.undo}
          </Button>
          <Button variant="default" disabled={steps.future.length === 0} onClick={() => setSteps(redone)}>
            {d.redo}
          </Button>
          <Button variant="default" onClick={onDone}>
            {isChanged ? d.discard : t.common.back}
          </Button>
          <Button loading={saving.busy} onClick={() => void saving.run()}>
            {t.common.save}
          </Button>
        </>
      }
    >
      <RefusalNote error={saving.error} again={() => void saving.run()} />
      <div className={css.editor}>
        {view === "desktop" ? (
          <Canvas {...{ content, chosen }} onChoose={setChosen} onChange={widgets} onRemove={remove} />
        ) : (
          <PhoneCanvas {...{ content, chosen }} onChoose={setChosen} onChange={change} />
        )}
        <aside className={css.side} aria-label={d.chosen}>
          {widget !== undefined && (
            <Properties
              key={widget.id}
              {...{ widget, products, product: dashboard.product }}
              onChange={(next) => widgets(content.widgets.map((one) => (one.id === next.id ? next : one)))}
              onRemove={() => remove(widget.id)}
              onCopy={() => copy(widget)}
              onClose={() => setChosen(null)}
            />
          )}
          {widget === undefined && (
            <Picker {...{ products, product: dashboard.product }} span={content.range} onAdd={add} />
          )}
        </aside>
      </div>
    </Page>
  );
}
