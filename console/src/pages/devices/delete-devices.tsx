import { useQuery } from "@tanstack/react-query";
import type { Device } from "../../api/fleet.ts";
import { api } from "../../api/index.ts";
import { ConfirmName } from "../../parts/confirm-name.tsx";
import { formatNumber } from "../../parts/format-value.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import { inBulk } from "./bulk.ts";

interface Props {
  readonly devices: readonly Device[];
  readonly onClose: () => void;
  readonly run: () => Promise<unknown>;
}

/** Counting is a request for each device: of more than these only some are counted, and the rest reckoned. */
const COUNTED = 50;

/** Asks before devices go, and says what goes with them. */
export function DeleteDevices({ devices, onClose, run }: Props) {
  const t = useText();
  const { data, error } = useQuery({
    queryKey: ["devices", "takes", devices.map((one) => `${one.product}/${one.id}`)],
    queryFn: async ({ signal }) => {
      const some = devices.slice(0, COUNTED);
      const sum = { series: 0, measurements: 0 };
      const count = async (device: Device) => {
        const { data: answer } = await api.deleteDevice({
          product: device.product,
          device: device.id,
          dry_run: true,
          signal,
        });
        sum.series += answer.takes.series;
        sum.measurements += answer.takes.measurements;
      };
      await inBulk(some, count, { wait: (ms) => new Promise((done) => setTimeout(done, ms)), progress: () => {} });
      const scale = devices.length / some.length;
      return { about: scale > 1, series: sum.series * scale, measurements: sum.measurements * scale };
    },
    gcTime: 0,
  });
  const number = (n: number) => `${data?.about ? "≈ " : ""}${formatNumber(Math.round(n), 0, t.time.locale)}`;
  return (
    <ConfirmName
      opened
      onClose={onClose}
      title={t.devices.bulk.deleteTitle(devices.length)}
      name={t.devices.bulk.confirm(devices.length)}
      action={t.devices.bulk.delete}
      run={run}
    >
      <RefusalNote error={error} />
      {data === undefined ? (
        <p className="quiet">{t.devices.bulk.counting}</p>
      ) : (
        <p>{t.devices.bulk.deleteHow(number(data.measurements), number(data.series))}</p>
      )}
    </ConfirmName>
  );
}
