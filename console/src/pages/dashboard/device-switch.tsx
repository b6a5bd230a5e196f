import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Device } from "../../api/fleet.ts";
import { someDevicesQuery } from "../../parts/dashboard/device-select.tsx";
import { useText } from "../../parts/dashboard/text.ts";

/** The one that was heard last: there is something to see. */
function lastHeard(devices: readonly Device[]): Device | undefined {
  let last: Device | undefined;
  for (const one of devices) if (last === undefined || (one.last_heard ?? "") > (last.last_heard ?? "")) last = one;
  return last;
}

/** The device that one looks at on a dashboard of a product: that of the address, else the one that was heard last. */
export function useLookedDevice(product: string | null, named: string | undefined) {
  const { data } = useQuery(someDevicesQuery(product ?? ""));
  const devices = data ?? [];
  return {
    devices,
    device: named ?? lastHeard(devices)?.id ?? null,
    /** It is known, and the product has no devices. */
    none: product !== null && data !== undefined && devices.length === 0 && named === undefined,
  };
}

type Props = ReturnType<typeof useLookedDevice> & { readonly onChange: (device: string) => void };

/** Shows the dashboard for another device. */
export function DeviceSwitch({ devices, device, onChange }: Props) {
  const t = useText().dashboards;
  const known = devices.map(({ id, name }) => ({ value: id, label: name }));
  const listed = device === null || known.some(({ value }) => value === device);
  return (
    <NativeSelect
      aria-label={t.looked}
      value={device ?? ""}
      data={listed ? known : [{ value: device, label: device }, ...known]}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
