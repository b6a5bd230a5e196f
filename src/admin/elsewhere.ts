import type { AlertPort } from "../integrations/alerts/port.ts";
import type { BrokerPort } from "../integrations/brokers/types.ts";
import type { DownlinkPort } from "../integrations/downlinks/port.ts";
import type { RulePort } from "../integrations/rules/types.ts";
import type { SparkplugPort } from "../integrations/sparkplug/types.ts";
import type { WebhookPort } from "../integrations/webhooks/types.ts";

/** What only a running server sends, and is connected to. */
export interface ElsewherePorts {
  readonly downlinks?: DownlinkPort;
  readonly webhooks?: WebhookPort;
  readonly brokers?: BrokerPort;
  readonly alerts?: AlertPort;
  readonly sparkplug?: SparkplugPort;
  readonly rules?: RulePort;
}
