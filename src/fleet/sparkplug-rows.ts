/** Which product the nodes and devices of a pattern become devices of. */
export interface SparkplugRule {
  /** A filter over `group/node` and `group/node/device`, as MQTT writes filters: `plant-1/#`, `+/gateway/+`. */
  readonly nodes: string;
  /** uid */
  readonly product: number;
}
/** A workspace is a host application of Sparkplug B: what edge nodes publish on its free topics is recorded. One for each workspace. */
export interface Sparkplug {
  readonly uid: number;
  readonly workspace: number;
  /** `sparkplug_host_id`: by it nodes find the STATE. */
  readonly host: string;
  /** uid of the API user in whose name it hears, records and sends. It may be gone. */
  readonly account: number;
  /** The first that matches counts. */
  readonly products: readonly SparkplugRule[];
  /** Milliseconds that a missing message is waited for. */
  readonly reorder: number;
  /** It asks nodes for their births when it cannot follow them. */
  readonly rebirth: boolean;
  readonly active: boolean;
}
