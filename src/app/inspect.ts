import type { AccountNames } from "../admin/names.ts";
import type { TraceLines } from "../broker/types.ts";
import type { InspectWish } from "../admin/types.ts";
import { EventStream } from "../http/events/event-stream.ts";
import { matches, shown } from "../admin/events.ts";
import type { DeviceLogStore, InspectorEvent } from "../store/ports.ts";
import type { Engine } from "./engine.ts";

/** Characters that may wait for the command, and events of the past that it is told. */
const MOST_CHARACTERS = 1024 * 1024;
const MOST_PAST = 1000;

/** Events since a time, oldest first, and then those to come, as lines of JSON. */
export function inspectLines(
  { directory, ingest }: Pick<Engine, "directory" | "ingest">,
  store: Pick<DeviceLogStore, "readEvents">,
  service: AccountNames,
  { since, ...wish }: InspectWish,
): TraceLines {
  const line = (event: InspectorEvent) => `${JSON.stringify(shown({ directory, fleet: service }, event))}\n`;
  let lost = 0;
  const stop = ingest.eventLog.watch({
    wants: (event) => matches(wish, event),
    hear: (event) => {
      if (lost > 0 || !stream.push(line(event))) lost++;
    },
  });
  const stream = new EventStream(MOST_CHARACTERS, stop);
  const past = store.readEvents({ ...wish, since, visible: null, limit: MOST_PAST });
  // who asks for them late gets the failure then
  past.catch(() => {});
  let told = false;
  stream.before = async () => {
    if (told) return null;
    told = true;
    return (await past.catch(() => [])).reverse().map(line).join("");
  };
  stream.taken = () => {
    const text = lost === 0 ? "" : `${JSON.stringify({ kind: "lost", count: lost })}\n`;
    lost = 0;
    return text;
  };
  return stream;
}
