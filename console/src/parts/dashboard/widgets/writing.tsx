import type { Field } from "../../../api/fleet.ts";
import { Ago } from "../../ago.tsx";
import { formatValue } from "../../format-value.ts";
import css from "../dashboard.module.css";
import { useWriting } from "../data.ts";
import { useText } from "../text.ts";

/** What widgets share that change something. */

/** Why nothing can be changed, for a title; undefined: it can. */
export function useWhyNot(product: string, device: string): string | undefined {
  const t = useText();
  const why = useWriting(product, device);
  if (why === null) return undefined;
  return why === "rights" ? t.common.needs("record_measurements") : t.dashboards.readOnly;
}

export function Shown({
  value,
  field,
}: {
  readonly value: unknown;
  readonly field: Pick<Field, "unit" | "decimals"> | undefined;
}) {
  const { locale } = useText().time;
  return (
    <span>
      {formatValue(value, { decimals: field?.decimals }, locale)}
      {field?.unit && <span className={css.unit}> {field.unit}</span>}
    </span>
  );
}
export function Age({ time }: { readonly time: string | null }) {
  return (
    <span className={css.age}>
      <Ago time={time} />
    </span>
  );
}
