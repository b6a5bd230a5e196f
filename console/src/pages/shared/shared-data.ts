import type { SharedDashboard } from "../../api/people.d.ts";
import { timeoutOf } from "../../api/fleet.ts";
import type { Asked, DashboardData, Measured, ShownDevice } from "../../parts/dashboard/data.ts";
import { sharedHistory } from "./client.ts";

/** What a link shows: all of it came with one answer, histories are asked for. */
export function sharedData(key: string, shared: SharedDashboard): DashboardData {
  const products = new Map(shared.products.map((one) => [one.product, one]));
  const devices = shared.devices.map((one) => ({
    ...one,
    shown: {
      ...{ product: one.product, id: one.device, name: one.name, heard: one.last_heard },
      timeout: timeoutOf(one, products.get(one.product)),
    } satisfies ShownDevice,
    measured: new Map<string, Measured>(one.values.map(({ field, value, time }) => [field, { value, time }])),
  }));
  const asked = <T>(data: T | undefined): Asked<T> => ({ data, error: null });
  const find = (product: string, device: string) =>
    devices.find((one) => one.product === product && one.device === device);
  return {
    key: "shared",
    useFields: (product) =>
      asked(products.get(product)?.fields.map(({ field, ...rest }) => ({ id: field, ...rest })) ?? []),
    useDevice: (product, device) => asked(find(product, device)?.shown),
    useDevices: ({ product, devices: ids, tag }) =>
      asked(
        devices
          .filter((one) => one.product === product)
          .filter(
            (one) => (ids === undefined || ids.includes(one.device)) && (tag === undefined || one.tags.includes(tag)),
          )
          .map(({ shown }) => shown),
      ),
    useValues: (product, device) => asked(find(product, device)?.measured ?? new Map()),
    useAllValues: (product) =>
      asked(new Map(devices.filter((one) => one.product === product).map((one) => [one.device, one.measured]))),
    history: (wish, signal) => sharedHistory(key, wish, signal),
    act: null,
    deviceLink: () => null,
  };
}
