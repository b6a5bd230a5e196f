/** Webhooks out: measurements that are recorded, and how many of them an endpoint on this machine is told a second. */
import { Connection, requestBytes } from "../http/connection.ts";
import type { HttpVolume } from "../http/options.ts";
import { CPU, type HttpScenario, type Place, row } from "../http/scenarios.ts";
import { type Figures, measureRates } from "../load/measure.ts";

/** Rows of a request that records. */
const ROWS = 100;
/** Recording waits while more than so many have not been told. */
const AHEAD = 20_000;

/** An endpoint that says that it has what it got, and counts the events. */
function endpoint() {
  const got = { requests: 0, events: 0 };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const text = await request.text();
      got.requests++;
      got.events += text.startsWith("{") ? text.trimEnd().split("\n").length : 0;
      return new Response(null, { status: 204 });
    },
  });
  return { got, url: `http://127.0.0.1:${server.port}/`, stop: () => server.stop(true) };
}

async function create({ port, token }: Place, url: string, form: string): Promise<void> {
  const body = JSON.stringify({ name: "bench", url, events: ["device_measurement"], form });
  const connection = await Connection.open(port);
  const { status, body: told } = await connection.ask(
    requestBytes(token, "POST", "/api/v1/workspaces/bench/webhooks", body),
  );
  connection.close();
  if (status !== 201) throw new Error(`the webhook was not made: ${status} ${told.slice(0, 300)}`);
}

async function tell(place: Place, volume: HttpVolume, form: string): Promise<Figures> {
  const { got, url, stop } = endpoint();
  await create(place, url, form);
  let going = true;
  let recorded = 0;
  const record = async (device: number): Promise<void> => {
    const connection = await Connection.open(place.port);
    const path = `/v1/devices/dev${device}/record/?batch=true`;
    // a millisecond apart, from an hour ago on: each becomes the current value, and none is in the future
    const begin = Date.now() - 3_600_000;
    for (let n = 0; going; ) {
      if (recorded - got.events > AHEAD) {
        await Bun.sleep(5);
        continue;
      }
      const values = Array.from({ length: ROWS }, (_, k) => {
        const timestamp = (begin + n * ROWS + k) / 1000;
        return `{"field":"TEMPERATURE","value":${20 + (k % 100) / 100},"timestamp":${timestamp}}`;
      });
      const { status, body } = await connection.ask(requestBytes(place.token, "POST", path, `[${values.join(",")}]`));
      if (status !== 200) throw new Error(`the server answered ${status}: ${body.slice(0, 300)}`);
      recorded += ROWS;
      n++;
    }
    connection.close();
  };
  const all = Promise.all([0, 1, 2, 3].map(record));
  const rates = measureRates(volume.warmup, volume.seconds, place.pid, () => ({ ...got }));
  try {
    await Promise.race([rates, all]); // `all` ends before its time only by an error
  } finally {
    going = false;
  }
  await all;
  await stop();
  return rates;
}

/** Told one by one, and in batches. */
export const WEBHOOKS: readonly HttpScenario[] = (["original", "ndjson"] as const).map((form) => ({
  id: `webhooks-${form}`,
  title: () =>
    form === "original"
      ? "measurements told to a webhook, one a request"
      : "measurements told to a webhook, up to 100 a request as NDJSON",
  rows: [row("events", "events/s told", "number"), row("requests", "requests/s to the endpoint", "number"), ...CPU],
  flags: ["--allow-outgoing", "127.0.0.1"],
  load: (place, volume) => tell(place, volume, form),
}));
