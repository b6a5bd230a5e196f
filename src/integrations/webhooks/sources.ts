import type { DeviceNode } from "../../fleet/nodes.ts";
import { isOnline } from "../../fleet/online.ts";
import type { Webhook } from "../../fleet/types.ts";
import type { JournalRow } from "../../store/ports.ts";
import { HookFeed } from "./feed.ts";
import { type Item, wantsDevice } from "./items.ts";
import type { WebhookNeeds } from "./needs.ts";
import { HookPresence } from "./presence.ts";
import { viewOf } from "./rights.ts";

/** Where the events of a webhook come from, as far as they are durable. */

/** Items of the feed that a webhook holds, besides those of a batch. */
const MOST_HELD = 512;

/** The webhook that events are for. */
interface Receiver {
  row(): Webhook;
  add(items: readonly Item[]): void;
  /** So many events are never sent. */
  drop(count: number): void;
  notice(text: string): void;
}

/** Measurements, out of the feed. */
export function feedOf(needs: WebhookNeeds, { row, add, drop, notice }: Receiver): HookFeed {
  return new HookFeed(
    {
      hook: row().uid,
      names: needs.series,
      wants: (device, field) => {
        const { fields } = row().filter;
        if (!wantsDevice(row(), device) || (fields.length > 0 && !fields.includes(field.row.id))) return false;
        return viewOf(needs, row())?.(device) ?? true; // that the account is gone is told when it would be sent
      },
      add,
      gap: (from, to) => {
        drop(to - from + 1);
        notice(
          `${to - from + 1} rows of the log (${from} to ${to}) were left out: the endpoint was too far behind. How much is kept is set by ` +
            "--max-feed-lag-bytes and --max-feed-lag-age.",
        );
      },
    },
    () => Math.max(MOST_HELD, 2 * row().batchMax),
  );
}

/** Devices that come online and go offline. @param keep hears of what the endpoint was told */
export function presenceOf(
  needs: WebhookNeeds,
  { row, add }: Receiver,
  keep: (told: JournalRow) => void,
): HookPresence {
  const { directory, series, clock } = needs;
  return new HookPresence({
    hook: row().uid,
    devices: () =>
      wanted(
        directory.productsOf(row().workspace).flatMap(({ devicesById }) => [...devicesById.values()]),
        row,
      ),
    isOnline: (device) => isOnline({}, device, series.seen(device).time, clock.micros()),
    heard: (device) => series.seen(device).time,
    wants: (online) => row().events.includes(online ? "device_online" : "device_offline"),
    now: () => clock.micros(),
    add,
    keep,
  });
}
function* wanted(devices: readonly DeviceNode[], row: () => Webhook): Generator<DeviceNode> {
  for (const device of devices) if (wantsDevice(row(), device)) yield device;
}
