import type { Metrics } from "../base/metrics.ts";
import type { Log } from "../base/types.ts";
import type { Config } from "../config/settings.ts";
import type { PlaceLimits, PlaceRefused } from "../listen/web/places.ts";

/** How often the log says that a limit bites. */
const TELL_MS = 60_000;

/** The HTTP connections that there may be, and who is told when that bites. */
export function placesOf(
  { maxHttpConnections, maxBytesBeforeLogin }: Config,
  metrics: Metrics,
  log: Log,
  files: { readonly isFull: boolean },
): PlaceLimits {
  const told = new Map<PlaceRefused, number>();
  const flags = { http_connections: "--max-http-connections", http_bodies: "--max-bytes-before-login" };
  return {
    maxHttpConnections,
    isFull: () => files.isFull,
    maxHeldBytes: maxBytesBeforeLogin,
    onFull(why) {
      metrics.connectionRefused(why);
      const now = performance.now();
      if (now - (told.get(why) ?? Number.NEGATIVE_INFINITY) < TELL_MS) return;
      told.set(why, now);
      const limit = why === "http_connections" ? maxHttpConnections : maxBytesBeforeLogin;
      log.warn({ limit }, `HTTP connections are closed to make room for others (${flags[why]})`);
    },
  };
}
