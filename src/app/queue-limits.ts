import type { Config } from "../config/settings.ts";
import type { QueueLimits } from "../fanout/keeper.ts";

/** Bounds of what waits for clients, as the settings say. */
export function queueLimits(config: Config): QueueLimits {
  return {
    maxQueued: config.maxQueuedMessages,
    maxQueuedBytes: config.maxQueuedBytes,
    maxTotalQueuedBytes: config.maxTotalQueuedBytes,
    maxStoredBytesPerAccount: config.maxAccountWaitingBytes,
    maxStoredBytes: config.maxWaitingBytes,
    maxUnsent: config.maxUnsentBytes,
  };
}
