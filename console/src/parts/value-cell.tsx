import { useEffect, useRef, useState } from "react";
import { useText } from "../text/index.ts";
import { Ago, useEverySecond } from "./ago.tsx";
import { exactText } from "./ago-text.ts";
import { formatValue, freshness } from "./format-value.ts";
import css from "./parts.module.css";

interface Props {
  readonly value: unknown;
  /** When it was measured, RFC 3339; null: never. */
  readonly time: string | null;
  readonly unit?: string | null | undefined;
  readonly decimals?: number | null | undefined;
  /** After so many ms without a word its device counts as away; older values fade. */
  readonly timeout: number;
  /** `stale`: only one that fades says how old it is, the others are as old as their device; `none`: a column beside it says it. */
  readonly age?: "always" | "stale" | "none";
}

/** A value with its unit and its age. It fades when it is old, and its background flashes once when it changes. */
export function ValueCell({ value, time, unit, decimals, timeout, age = "always" }: Props) {
  const t = useText().time;
  const state = useEverySecond((now) => freshness(time === null ? null : now - Date.parse(time), timeout));
  const flash = useFlash(time === null ? null : JSON.stringify(value));
  if (time === null)
    return (
      <span className={css.value} data-state="never" data-fresh="never">
        –
      </span>
    );
  const text = formatValue(value, { decimals }, t.locale);
  return (
    <span className={css.value} data-fresh={state} data-flash={flash || undefined}>
      <span
        className={typeof value === "string" || typeof value === "object" ? css.valueText : css.valueNumber}
        title={`${text}${unit ? ` ${unit}` : ""}, ${exactText(time, t)}`}
      >
        {text}
      </span>
      {unit ? <span className={css.unit}>{unit}</span> : null}
      {(age === "always" || state === "stale") && (
        <span className={css.age}>
          <Ago time={time} short />
        </span>
      )}
    </span>
  );
}

/** True for the moment after something changed while it was shown; never for what it was at first. */
function useFlash(shown: string | null): boolean {
  const before = useRef(shown);
  const [flash, setFlash] = useState(false);
  useEffect(() => {
    const first = before.current === null;
    if (before.current === shown) return;
    before.current = shown;
    // what was there when it was asked for is no change
    if (first) return;
    setFlash(true);
    const timer = setTimeout(() => setFlash(false), 600);
    return () => clearTimeout(timer);
  }, [shown]);
  return flash;
}
