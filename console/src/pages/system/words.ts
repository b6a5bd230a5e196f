import { useMemo } from "react";
import { formatNumber } from "../../parts/format-value.ts";
import { useText } from "../../text/index.ts";
import { bytesText, durationText } from "./figures.ts";

/** Numbers, sizes and durations in the language that is spoken. */
export function useNumbers() {
  const { locale } = useText().time;
  return useMemo(() => {
    const number = (n: number, decimals: number) => formatNumber(n, decimals, locale);
    return {
      number,
      bytes: (n: number) => bytesText(n, number),
      seconds: (n: number) => durationText(n, number),
    };
  }, [locale]);
}
