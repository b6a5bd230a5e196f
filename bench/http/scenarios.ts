/** What the bench of the HTTP API does. */
import { type Figures, Latencies, measureRates } from "../load/measure.ts";
import type { Unit } from "../scenarios/scenario.ts";
import { Connection, requestBytes } from "./connection.ts";
import type { HttpVolume } from "./options.ts";

/** The server under load. */
export interface Place {
  readonly port: number;
  readonly pid: number;
  readonly token: string;
}
export interface HttpRow {
  readonly key: string;
  readonly label: string;
  readonly unit: Unit;
}
export interface HttpScenario {
  readonly id: string;
  readonly title: (volume: HttpVolume) => string;
  readonly rows: readonly [HttpRow, ...HttpRow[]];
  /** Further flags of the server. */
  readonly flags?: readonly string[];
  readonly load: (place: Place, volume: HttpVolume) => Promise<Figures>;
  /** What is started on a port in the place of fieldcast: a program of this folder, with its argument. */
  readonly beside?: readonly [program: string, argument: string];
  /** Scenarios that its first figure is shown as a share of, where they ran, too; with the words for them. */
  readonly shareOf?: Readonly<Record<string, string>>;
}

const PAGE = 100;
const count = (value: number) => value.toLocaleString("en-US");
/** A line of the table. */
export const row = (key: string, label: string, unit: Unit): HttpRow => ({ key, label, unit });
export const CPU = [row("serverCpu", "CPU of the server", "cores"), row("loadCpu", "CPU of the load program", "cores")];
/** What the platform can do at most. */
const EMPTY = { "empty-own": "an empty handler on our listener", "empty-platform": "one on the platform's server" };
export const TIMES = [row("p50", "a request, p50", "ms"), row("p99", "a request, p99", "ms")];

/** Requests one behind the other on each connection, until the clock stops. `next` makes the one with this number. */
export async function flood(
  place: Place,
  volume: HttpVolume,
  rowsEach: number,
  next: (connection: number, n: number) => Uint8Array,
): Promise<Figures> {
  const connections = await Promise.all(Array.from({ length: volume.connections }, () => Connection.open(place.port)));
  const times = new Latencies();
  let requests = 0;
  let going = true;
  let counting = false;
  const work = connections.map(async (connection, i) => {
    for (let n = 0; going; n++) {
      const request = next(i, n);
      const start = performance.now();
      const { status, body } = await connection.ask(request);
      if (status !== 200) throw new Error(`the server answered ${status}: ${body.slice(0, 300)}`);
      times.add(performance.now() - start);
      requests++;
    }
  });
  const all = Promise.all(work);
  const rates = measureRates(volume.warmup, volume.seconds, place.pid, () => {
    if (!counting) times.clear(); // the clock starts
    counting = true;
    return { requests, measurements: requests * rowsEach };
  });
  try {
    await Promise.race([rates, all]); // `all` ends before its time only by an error
  } finally {
    going = false;
  }
  await all;
  for (const connection of connections) connection.close();
  const measured = await rates;
  return { ...measured, p50: times.quantile(0.5), p99: times.quantile(0.99) };
}

/** What the ways in cost by themselves: the same requests to a handler that reads the body and answers the same. */
function empty(id: string, whose: string): HttpScenario {
  return {
    id: `empty-${id}`,
    title: ({ connections }) => `an empty handler on ${whose}, ${connections} connections`,
    rows: [row("requests", "requests/s", "number"), ...TIMES, ...CPU],
    beside: ["empty.ts", id],
    load: (place, volume) => {
      const request = requestBytes(
        place.token,
        "POST",
        "/v1/devices/dev1/record/",
        '{"field":"TEMPERATURE","value":20.5}',
      );
      return flood(place, volume, 1, () => request);
    },
  };
}

/** Records so many measurements a request. */
export function recording(rowsEach: number): HttpScenario {
  return {
    id: `record-${rowsEach}`,
    title: ({ connections }) =>
      `record ${rowsEach === 1 ? "one measurement" : `${rowsEach} measurements`} a request, ${connections} connections`,
    rows: [row("requests", "requests/s", "number"), row("measurements", "measurements/s", "number"), ...TIMES, ...CPU],
    ...(rowsEach === 1 ? { shareOf: EMPTY } : {}),
    load: (place, volume) => {
      const path = (i: number) => `/v1/devices/dev${i % volume.devices}/record/`;
      if (rowsEach === 1)
        return flood(place, volume, 1, (i, n) => {
          const value = 20 + (n % 100) / 100;
          return requestBytes(place.token, "POST", path(i), `{"field":"TEMPERATURE","value":${value}}`);
        });
      // a millisecond apart, from an hour ago on: each is a measurement of its own, and none is in the future
      const begin = Date.now() - 3_600_000;
      return flood(place, volume, rowsEach, (i, n) => {
        let body = "";
        for (let k = 0; k < rowsEach; k++) {
          const timestamp = (begin + n * rowsEach + k) / 1000;
          body += `${k === 0 ? "[" : ","}{"field":"TEMPERATURE","value":${20 + (k % 100) / 100},"timestamp":${timestamp}}`;
        }
        return requestBytes(place.token, "POST", `${path(i)}?batch=true`, `${body}]`);
      });
    },
  };
}

const SHOW: HttpScenario = {
  id: "show",
  title: ({ connections, devices }) => `show one of ${count(devices)} devices, ${connections} connections`,
  rows: [row("requests", "requests/s", "number"), ...TIMES, ...CPU],
  load: (place, volume) =>
    flood(place, volume, 0, (i, n) => {
      const device = (i * 7919 + n) % volume.devices;
      return requestBytes(place.token, "GET", `/api/v1/products/bench/devices/dev${device}`);
    }),
};

const LIST: HttpScenario = {
  id: "list",
  title: ({ devices }) => `list ${count(devices)} devices, ${PAGE} a page, one connection`,
  rows: [
    row("total", "all pages", "ms"),
    row("p50", "a page, p50", "ms"),
    row("p99", "a page, p99", "ms"),
    row("max", "a page, longest", "ms"),
  ],
  load: async ({ port, token }, { devices, passes }) => {
    const connection = await Connection.open(port);
    const times = new Latencies();
    const totals: number[] = [];
    for (let pass = 0; pass <= passes; pass++) {
      if (pass === 1) times.clear(); // the first one is not counted
      const { total, seen } = await listOnce(connection, token, times);
      if (seen !== devices) throw new Error(`${seen} devices were listed, not ${devices}`);
      if (pass > 0) totals.push(total);
    }
    connection.close();
    const total = totals.reduce((sum, one) => sum + one, 0) / totals.length;
    return { total, p50: times.quantile(0.5), p99: times.quantile(0.99), max: times.quantile(1) };
  },
};

/** All pages once: milliseconds of all requests, and devices that were seen. */
async function listOnce(connection: Connection, token: string, times: Latencies) {
  let total = 0;
  let seen = 0;
  let cursor: string | null = "";
  while (cursor !== null) {
    const query: string = cursor === "" ? "" : `&cursor=${cursor}`;
    const request = requestBytes(token, "GET", `/api/v1/devices?limit=${PAGE}${query}`);
    const start = performance.now();
    const { status, body } = await connection.ask(request);
    const took = performance.now() - start;
    if (status !== 200) throw new Error(`the server answered ${status}: ${body.slice(0, 300)}`);
    times.add(took);
    total += took;
    const page = JSON.parse(body) as { items: unknown[]; next: string | null }; // src/http/api/paging.ts
    seen += page.items.length;
    cursor = page.next;
  }
  return { total, seen };
}

export const SCENARIOS: readonly HttpScenario[] = [
  recording(1),
  empty("own", "fieldcast's listener"),
  empty("platform", "the platform's server"),
  recording(100),
  SHOW,
  LIST,
];
