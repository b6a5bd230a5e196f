import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { type LiveValue, useLiveOf } from "../../live/index.ts";
import { useEverySecond } from "../../parts/ago.tsx";
import WorldMap, { type Pin } from "../../parts/map/map.tsx";
import { positionOf } from "../../parts/map/position.ts";
import type { Row } from "./rows.ts";
import css from "./devices.module.css";

interface Props {
  readonly workspace: string;
  readonly rows: readonly Row[];
}

/** A state that depends on the time is looked at so often, ms. */
const LOOK_MS = 15_000;
const NONE: ReadonlyMap<string, LiveValue> = new Map();

/** Those of the list that have a position: the newest value of a field with positions. */
export default function DeviceMap({ workspace, rows }: Props) {
  const navigate = useNavigate();
  const placed = useMemo(
    () => rows.filter(({ values }) => [...values.values()].some(({ type }) => type === "GEO")),
    [rows],
  );
  const keys = useMemo(() => placed.map(({ key }) => key), [placed]);
  const live = useLiveOf(keys);
  const now = useEverySecond((time) => Math.floor(time / LOOK_MS) * LOOK_MS);
  const pins = useMemo(
    () => placed.flatMap((row) => pinOf(row, live.get(row.key) ?? NONE, now) ?? []),
    [placed, live, now],
  );
  const open = (key: string) => {
    const found = placed.find((row) => row.key === key)?.device;
    if (found !== undefined)
      void navigate({
        to: "/w/$workspace/devices/$product/$device",
        params: { workspace, product: found.product, device: found.id },
      });
  };
  return (
    <div className={css.map}>
      <WorldMap pins={pins} onOpen={open} />
    </div>
  );
}

function pinOf({ key, device, values, timeout }: Row, live: ReadonlyMap<string, LiveValue>, now: number): Pin | null {
  const fields = [...values.values()].filter(({ type }) => type === "GEO");
  for (const { field, value } of fields) {
    const position = positionOf(live.get(field)?.value ?? value);
    if (position === null) continue;
    const times = [...live.values()].map(({ time }) => time);
    const heard = [device.last_heard ?? "", ...times].sort().at(-1) ?? "";
    const isAway = heard === "" || now - Date.parse(heard) > timeout;
    return { id: key, name: device.name, ...position, state: isAway ? "away" : "ok" };
  }
  return null;
}
