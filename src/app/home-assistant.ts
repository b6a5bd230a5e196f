import { version } from "../../package.json";
import { isOnline } from "../fleet/online.ts";
import { HomeAssistants } from "../integrations/home-assistant/home-assistants.ts";
import type { Core } from "./core.ts";

/** What is told to those API users that are a Home Assistant; it begins when it is started. */
export function homeAssistantsOf({ config, engine, clock, log }: Core): HomeAssistants {
  const { directory, authority, series, ingest, broker, topics } = engine;
  const { publicUrl, prefix } = config;
  return new HomeAssistants({
    directory,
    authority,
    commits: ingest.commits,
    messages: ingest.messages,
    topics: {
      value: (product, device, field) => topics.dataTopic(product, device, field),
      command: (product, device, field) => `${prefix}-pub/${product}/${device}/${field}`,
    },
    isThere: (device) =>
      broker.presence.of(device).connected || isOnline({}, device, series.seen(device).time, clock.micros()),
    version,
    page: ({ row, product }) =>
      publicUrl === null
        ? null
        : `${publicUrl}/console/w/${product.workspace.slug}/devices/${product.row.slug}/${encodeURIComponent(row.id)}`,
    clock,
    log,
    later: (fn, ms) => void (ms <= 0 ? setImmediate(fn) : setTimeout(fn, ms).unref()),
  });
}
