import { useMemo } from "react";
import { usePreference } from "../../api/preferences.ts";
import { asFlag, asTexts } from "../../parts/kept.ts";
import type { DeviceColumn } from "./columns.tsx";
import type { Layout } from "./search.ts";

const USUAL: string[] = [];

/** Which columns are shown and how high rows are, as it is kept for the account in this workspace. */
export function useColumns(workspace: string, columns: readonly DeviceColumn[]) {
  const changed = usePreference("devices.columns", workspace, USUAL, asTexts);
  const dense = usePreference("devices.dense", null, false, asFlag);
  const other = changed.value;
  const hidden = useMemo(() => {
    const set = new Set(other);
    return new Set(columns.filter(({ id, usual }) => usual === set.has(id)).map(({ id }) => id));
  }, [columns, other]);
  const hide = (id: string, out: boolean) => {
    const usual = columns.find((column) => column.id === id)?.usual === true;
    const rest = other.filter((one) => one !== id);
    changed.keep(usual === out ? [...rest, id] : rest);
  };
  const layout: Layout = { columns: other, dense: dense.value };
  const setLayout = (next: Layout) => {
    changed.keep([...next.columns]);
    if (next.dense !== dense.value) dense.keep(next.dense);
  };
  return {
    hidden,
    hide,
    dense: dense.value,
    setDense: dense.keep,
    layout,
    setLayout,
    error: changed.error ?? dense.error,
  };
}
