import { useNavigate } from "@tanstack/react-router";
import { api, queryClient } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { Danger } from "../../parts/danger.tsx";
import { formatNumber } from "../../parts/format-value.ts";
import { useText } from "../../text/index.ts";
import type { Shared } from "./shared.ts";

export function DeleteDevice({ workspace, device }: Shared) {
  const t = useText();
  const words = t.device.configuration;
  const may = useMay(workspace, "devices");
  const navigate = useNavigate();
  const about = { product: device.product, device: device.id };
  const number = (n: number) => formatNumber(n, 0, t.time.locale);
  return (
    <Danger
      words={words}
      name={device.name}
      may={may}
      right="devices"
      queryKey={["devices", "takes", about]}
      count={async (signal) => (await api.deleteDevice({ ...about, dry_run: true, signal })).data.takes}
      takes={({ measurements, series, grants }) => words.takes(number(measurements), number(series), number(grants))}
      run={async () => {
        await api.deleteDevice(about);
        await navigate({ to: "/w/$workspace/devices", params: { workspace } });
        await queryClient.invalidateQueries({ queryKey: ["devices"] });
      }}
    />
  );
}
