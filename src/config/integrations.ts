import { bytes, MIB, number, time } from "./setting.ts";

/** Settings of what comes in by other ways than MQTT and records over HTTP, and of the scripts that read it. */
export const INTEGRATION_SETTINGS = {
  decoderProcesses: number(2, 1, 64, "processes that run decoders and encoders"),
  decoderTime: time(
    100,
    "ms",
    10,
    10_000,
    "CPU time of one call of a decoder; after 2.5 times this its process is ended",
  ),
  decoderMemory: bytes(24 * MIB, 4 * MIB, 256 * MIB, "memory of the scripts of one workspace in one such process"),
  maxIntegrationRate: number(
    1000,
    0,
    1_000_000,
    "requests a second at the HTTP integration of one product; 0: no limit",
  ),
} as const;
