// Hears measurements as they come: FIELDCAST_TOKEN=… node live.mjs http://localhost:8080 000001 [id of the last event]
import { Fieldcast } from "../client.js";

const [url = "http://localhost:8080", device = "000001", lastEventId] = process.argv.slice(2);
const fieldcast = new Fieldcast({ url, token: process.env.FIELDCAST_TOKEN ?? "" });

const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());
process.once("SIGINT", () => stop.abort());

// A lost connection is made again and goes on behind the last event. Keep its id, and you go on behind it tomorrow.
for await (const event of fieldcast.live({ devices: [device], lastEventId }, { signal: stop.signal })) {
  if (event.type === "gap") console.log(`from ${event.from} to ${event.to} some may be missing: ask the history`);
  else console.log(`${event.id} ${event.field} ${event.value}`);
}
console.log("stopped");
