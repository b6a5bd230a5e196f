import { useQuery } from "@tanstack/react-query";
import { AlertList } from "../../parts/alerts/alert-list.tsx";
import { deviceAlertsQuery } from "../../parts/alerts/queries.ts";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import type { Shared } from "./shared.ts";

/** What rules found wrong with the device, newest first; nothing while there was nothing. */
export function DeviceAlerts({ workspace, device }: Pick<Shared, "workspace" | "device">) {
  const words = useText().alerts;
  const query = useQuery(deviceAlertsQuery(device.product, device.id));
  if (query.data === undefined || query.data.length === 0) return null;
  return (
    <Section title={words.ofDevice} flush>
      <AlertList workspace={workspace} query={query} empty="" />
    </Section>
  );
}
