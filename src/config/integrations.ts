import { hostsOrNetworks } from "./lists.ts";
import { bytes, MIB, number, setting, time } from "./setting.ts";
import { duration } from "./values.ts";

/** Settings of what comes in by other ways than MQTT and records over HTTP, and of the scripts that read it; and of what goes out. */
export const INTEGRATION_SETTINGS = {
  decoderProcesses: number(2, 1, 64, "processes that run decoders and encoders"),
  decoderTime: time(
    100,
    "ms",
    10,
    10_000,
    "CPU time of one call of a decoder; after 2.5 times this its process is ended",
  ),
  decoderMemory: bytes(24 * MIB, 4 * MIB, 40 * MIB, "memory of the scripts of one workspace in one such process"),
  maxIntegrationRate: number(
    1000,
    0,
    1_000_000,
    "requests a second at the HTTP integration of one product; 0: no limit",
  ),
  maxDownlinkRate: number(10, 1, 10_000, "downlinks a minute to one device; then they wait"),
  alertKeep: setting({
    group: "storage",
    value: "SECONDS",
    schema: duration("s", 86_400, 10 * 365 * 86_400),
    fallback: "400 d",
    description: "how long alerts are kept that are closed, 100,000 at most",
  }),
  allowOutgoing: setting({
    group: "people",
    value: "HOST|NETWORK",
    schema: hostsOrNetworks(),
    fallback: "",
    description: "hosts beside the internet that requests to addresses of users (webhooks, …) may reach",
    repeatable: true,
  }),
} as const;
