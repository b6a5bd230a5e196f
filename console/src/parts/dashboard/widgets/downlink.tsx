import { Button } from "@mantine/core";
import { useState } from "react";
import { useAct } from "../../act.ts";
import { Ago } from "../../ago.tsx";
import { RefusalNote } from "../../refusal-note.tsx";
import css from "../dashboard.module.css";
import { useData, useSeries } from "../data.ts";
import { useText } from "../text.ts";
import type { WidgetOf } from "../types.ts";
import type { WidgetProps } from "./props.ts";
import { useWhyNot } from "./writing.tsx";

/** A button that sends a downlink. */
export function DownlinkWidget({ widget }: WidgetProps<WidgetOf<"downlink">>) {
  const t = useText().dashboards;
  const { act } = useData();
  const series = useSeries(widget);
  const why = useWhyNot(series?.product ?? "", series?.device ?? "");
  const [sent, setSent] = useState<string | null>(null);
  const doing = useAct(async () => {
    if (series === null) return;
    await act?.send(series.product, series.device, widget.downlink);
    setSent(new Date().toISOString());
  });
  return (
    <div className={css.control}>
      <Button
        variant="default"
        loading={doing.busy}
        disabled={why !== undefined || series === null}
        title={why}
        onClick={() => void doing.run()}
      >
        {widget.text ?? widget.downlink}
      </Button>
      {sent !== null && doing.error === null && (
        <p className={css.age} role="status">
          {t.sent} · <Ago time={sent} />
        </p>
      )}
      <RefusalNote error={doing.error} />
    </div>
  );
}
