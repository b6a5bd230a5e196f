import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { LiveStore, useLiveOf } from "../../../live/index.ts";
import { useText } from "../../../text/index.ts";
import { useEverySecond } from "../../ago.tsx";
import { formatValue } from "../../format-value.ts";
import WorldMap, { type Pin } from "../../map/map.tsx";
import { positionOf } from "../../map/position.ts";
import { newer, useData } from "../data.ts";
import type { WidgetOf } from "../types.ts";
import { useSet } from "./devices.tsx";
import { Note } from "./note.tsx";
import type { WidgetProps } from "./props.ts";

/** A state that depends on the time is looked at so often, ms. */
const LOOK_MS = 15_000;

/** Where devices are, by a field with positions. */
export default function MapWidget({ widget }: WidgetProps<WidgetOf<"map">>) {
  const { locale } = useText().time;
  const data = useData();
  const navigate = useNavigate();
  const set = useSet(widget.devices);
  const devices = data.useDevices(set);
  const values = data.useAllValues(set.product);
  const fields = data.useFields(set.product);
  const keys = useMemo(() => devices.data?.map(({ product, id }) => LiveStore.key(product, id)) ?? [], [devices.data]);
  const live = useLiveOf(keys);
  const now = useEverySecond((time) => Math.floor(time / LOOK_MS) * LOOK_MS);
  const { field, label } = widget;
  const about = fields.data?.find(({ id }) => id === label);
  const pins = useMemo(
    () =>
      (devices.data ?? []).flatMap((device): Pin[] => {
        const of = (id: string) =>
          newer(values.data?.get(device.id)?.get(id), live.get(LiveStore.key(device.product, device.id))?.get(id));
        const position = positionOf(of(field).value);
        if (position === null) return [];
        const said = label === undefined ? null : of(label).value;
        const heard = of(field).time ?? device.heard;
        const isAway = heard === null || now - Date.parse(heard) > device.timeout;
        return [
          {
            ...{ id: device.id, name: device.name, ...position, state: isAway ? "away" : "ok" },
            ...(said !== null && {
              text: `${formatValue(said, { decimals: about?.decimals }, locale)} ${about?.unit ?? ""}`.trim(),
            }),
          },
        ];
      }),
    [devices.data, values.data, live, field, label, about, now, locale],
  );
  const error = devices.error ?? values.error;
  if (error !== null) return <Note error={error} />;
  const open = (id: string) => {
    const to = data.deviceLink(set.product, id);
    if (to !== null) void navigate({ to });
  };
  return <WorldMap pins={pins} onOpen={open} />;
}
