import { useQuery } from "@tanstack/react-query";
import { integrationQuery } from "../../api/fleet.ts";
import { Copyable } from "../../parts/copy-button.tsx";
import { Fact, Facts, Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import type { Shared } from "./shared.ts";

/** Everything that goes into a client, with a button that copies it. */
export function Identifiers({ workspace, device, topics }: Shared) {
  const t = useText().device;
  const integration = useQuery(integrationQuery(device.product));
  const key = integration.data?.integration_key;
  const path = `/api/v1/products/${device.product}/devices/${encodeURIComponent(device.id)}`;
  return (
    <Section title={t.identifiers.title}>
      <Facts>
        <Fact name={t.identifiers.device}>
          <Copyable text={device.id} what={t.identifiers.device} />
        </Fact>
        <Fact name={t.identifiers.product}>
          <Copyable text={device.product} what={t.identifiers.product} />
        </Fact>
        {device.serial !== null && (
          <Fact name={t.identifiers.serial}>
            <Copyable text={device.serial} what={t.identifiers.serial} />
          </Fact>
        )}
        <Fact name={t.identifiers.workspace}>
          <Copyable text={workspace} what={t.identifiers.workspace} />
        </Fact>
        <Fact name={t.identifiers.publish}>
          <Copyable text={topics.publish} what={t.identifiers.publish} />
        </Fact>
        <Fact name={t.identifiers.subscribe}>
          <Copyable text={topics.subscribe} what={t.identifiers.subscribe} />
        </Fact>
        <Fact name={t.identifiers.rest}>
          <Copyable text={location.origin + path} shown={path} what={t.identifiers.rest} />
        </Fact>
        {key !== undefined && (
          <Fact name={t.identifiers.integration}>
            <Copyable
              text={`${location.origin}/integrations/api/${key}/`}
              shown={`/integrations/api/${masked(key)}/`}
              what={t.identifiers.integration}
            />
          </Fact>
        )}
      </Facts>
    </Section>
  );
}

/** Enough of a key to tell it from others, and not enough to use it: whoever looks over a shoulder reads no more. */
function masked(key: string): string {
  return `${key.slice(0, 4)}…`;
}
