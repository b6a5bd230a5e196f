import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import {
  allOf,
  allValuesQuery,
  type Device,
  deviceQuery,
  type DeviceValues,
  fieldsQuery,
  productQuery,
  timeoutOf,
  type Value,
  valuesQuery,
} from "../../api/fleet.ts";
import { api, queryClient } from "../../api/index.ts";
import { useMayRecord } from "../../api/session.ts";
import type { Asked, DashboardData, Measured, ShownDevice } from "./data.ts";

/** Devices of a product of which a widget shows something. */
const MOST = 1000;

function ofProductQuery(product: string, tag: string | undefined) {
  return queryOptions({
    queryKey: ["devices", "of", product, tag ?? null],
    queryFn: ({ signal }): Promise<Device[]> =>
      allOf(
        (cursor) => api.listDevices({ product, limit: 1000, signal, ...(tag !== undefined && { tag }), ...cursor }),
        MOST,
      ),
    meta: { live: true },
    placeholderData: (before) => before,
  });
}
const measured = ({ values }: DeviceValues): ReadonlyMap<string, Measured> =>
  new Map(values.map(({ field, value, time }) => [field, { value, time }]));
const asked = <T>(data: T | undefined, error: Error | null): Asked<T> => ({ data, error });

function useTimeouts(product: string) {
  const { data, error } = useQuery({ ...productQuery(product), enabled: product !== "" });
  return { error, of: (device: Device) => timeoutOf(device, data) };
}
const shown = (device: Device, timeout: number): ShownDevice => ({
  ...{ product: device.product, id: device.id, name: device.name, heard: device.last_heard, timeout },
});

/** What the account that is signed in may see. @param workspace where its pages are */
export function accountData(workspace: string): DashboardData {
  return {
    key: "account",
    useFields(product) {
      const { data, error } = useQuery({ ...fieldsQuery(product), enabled: product !== "" });
      return asked(data, error);
    },
    useDevice(product, id) {
      const { data, error } = useQuery({ ...deviceQuery(product, id), enabled: product !== "" && id !== "" });
      const timeouts = useTimeouts(product);
      return asked(data && shown(data.device, timeouts.of(data.device)), error ?? timeouts.error);
    },
    useDevices({ product, devices, tag }) {
      const { data, error } = useQuery({ ...ofProductQuery(product, tag), enabled: product !== "" });
      const timeouts = useTimeouts(product);
      const some = devices === undefined ? data : data?.filter(({ id }) => devices.includes(id));
      return asked(
        some?.map((device) => shown(device, timeouts.of(device))),
        error,
      );
    },
    useValues(product, device) {
      const { data, error } = useQuery({ ...valuesQuery(product, device), enabled: product !== "" && device !== "" });
      return asked(
        useMemo(() => data && measured(data), [data]),
        error,
      );
    },
    useAllValues(product) {
      const { data, error } = useQuery({ ...allValuesQuery(product, MOST), enabled: product !== "" });
      const values = useMemo(() => data && new Map([...data].map(([id, one]) => [id, measured(one)] as const)), [data]);
      return asked(values, error);
    },
    history: async (wish, signal) => (await api.queryHistory({ body: wish, signal })).data.rows,
    act: {
      useMayRecord,
      async record(product, device, field, value) {
        // what the field takes, the server says
        await api.recordMeasurements({ product, device, body: [{ field, value: value as Value }] });
        await queryClient.invalidateQueries({ queryKey: ["values", product, device] });
      },
      async send(product, device, downlink) {
        await api.sendDownlink({ product, device, body: { downlink } });
      },
    },
    deviceLink: (product, device) => `/w/${workspace}/devices/${product}/${encodeURIComponent(device)}`,
  };
}
