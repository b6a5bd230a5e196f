import { useLiveValues } from "../../live/index.ts";
import { ValueCell } from "../../parts/value-cell.tsx";
import type { Row } from "./rows.ts";

interface Props {
  readonly row: Row;
  readonly field: string;
  readonly decimals: number | null;
}

/** The value of a device's field: as it came live, else as the list has it. Empty where the device has no such field. */
export function LiveCell({ row: { device, values, timeout }, field, decimals }: Props) {
  const live = useLiveValues(device.product, device.id).get(field);
  const known = values.get(field);
  if (known === undefined && live === undefined) return null;
  const newest = live !== undefined && (known?.time ?? "") <= live.time ? live : known;
  return (
    <ValueCell
      value={newest?.value ?? null}
      time={newest?.time ?? null}
      unit={known?.unit}
      decimals={decimals}
      timeout={timeout}
      age="stale"
    />
  );
}
