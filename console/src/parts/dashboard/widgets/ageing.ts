import { useEverySecond } from "../../ago.tsx";
import { freshness } from "../../format-value.ts";

/** Whether a value is fresh, ageing, stale, or never came. @param timeout ms */
export function useAgeing(time: string | null, timeout: number): string {
  return useEverySecond((now) => freshness(time === null ? null : now - Date.parse(time), timeout));
}
