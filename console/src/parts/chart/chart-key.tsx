import { useText } from "../../text/index.ts";
import css from "./chart.module.css";
import type { Silence } from "./counts.ts";
import type { Range } from "./range.ts";

interface Props {
  readonly range: Range;
  /** Seconds: where something was refused. */
  readonly marks: readonly number[];
  readonly away: readonly Silence[];
  /** After how long without a value a device counts as away, in words. */
  readonly longer: string;
}

/** What the marks on charts mean: those that are there. */
export function ChartKey({ range, marks, away, longer }: Props) {
  const t = useText().device.history;
  const refused = marks.filter((one) => one * 1000 >= range.from && one * 1000 <= range.to).length;
  if (refused === 0 && away.length === 0) return null;
  return (
    <p className={`${css.key} quiet small`}>
      {refused > 0 && <span data-mark="refused">{t.refusedMarks(refused)}</span>}
      {away.length > 0 && <span data-mark="away">{t.awayMarks(away.length, longer)}</span>}
    </p>
  );
}
