/** What the bench of GraphQL does: the four documents that carry most clients of the hosted platform. */
import { Connection, requestBytes } from "../http/connection.ts";
import type { HttpVolume } from "../http/options.ts";
import { CPU, flood, type HttpScenario, type Place, row, TIMES } from "../http/scenarios.ts";
import type { Figures } from "../load/measure.ts";

/** Of a fleet of this size each document is asked. */
const SIZES = [100, 10_000] as const;
/** Clients that ask at the same time: lists of a whole fleet are asked for by few. */
const CLIENTS = 4;
const HOUR = 3600;
/** Measurements of each device and field. */
const HOURS = 24;

/** Devices in the fleet of a scenario. */
export function devicesOf(scenario: string): number {
  return Number(/\d+$/.exec(scenario)?.[0] ?? SIZES[0]);
}

interface Ask {
  readonly id: string;
  readonly title: string;
  /** @param device number of the device that is asked for; @param from ISO 8601 */
  query(device: number, from: string): string;
}
const LIST =
  "id verboseName online lastHeard product{slug measurementFields(active:true){fieldName fieldType semantic}}";
const ASKS: readonly Ask[] = [
  { id: "workspaces", title: "the workspaces", query: () => "{allWorkspaces{id name}}" },
  {
    id: "devices",
    title: "a page of 50 devices with their fields",
    query: () => `{workspace(slug:"bench"){devicesFiltered(page:0,pageSize:50,all:true){total devices{${LIST}}}}}`,
  },
  {
    id: "values",
    title: "the current values of all devices",
    query: () =>
      "{allDevices{id verboseName currentMeasurements(allActiveFields:true){field{fieldName unit} value valueString}}}",
  },
  {
    id: "history",
    title: "a day of one device by the hour",
    query: (device, from) =>
      `{device(deviceId:"dev${device}"){history(fields:["TEMPERATURE"],timerangestart:"${from}",timerangeend:"2099-01-01T00:00:00Z",resolution:"1h")}}`,
  },
];

/** Gives each device a day of measurements. */
async function fill({ port, token }: Place, devices: number): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  const connections = await Promise.all(Array.from({ length: 16 }, () => Connection.open(port)));
  await Promise.all(
    connections.map(async (connection, i) => {
      for (let device = i; device < devices; device += connections.length) {
        const rows = Array.from({ length: HOURS }, (_, hour) =>
          ["TEMPERATURE", "HUMIDITY"].map((field) => ({
            field,
            value: (device + hour) % 50,
            timestamp: now - hour * HOUR,
          })),
        ).flat();
        const path = `/v1/devices/dev${device}/record/?batch=true`;
        const { status, body } = await connection.ask(requestBytes(token, "POST", path, JSON.stringify(rows)));
        if (status !== 200) throw new Error(`the server answered ${status}: ${body.slice(0, 300)}`);
      }
      connection.close();
    }),
  );
}

function scenario({ id, title, query }: Ask, devices: number): HttpScenario {
  const load = async (place: Place, volume: HttpVolume): Promise<Figures> => {
    await fill(place, devices);
    const from = new Date(Date.now() - HOURS * HOUR * 1000).toISOString();
    return flood(place, { ...volume, connections: CLIENTS }, 1, (i, n) => {
      const body = JSON.stringify({ query: query((n * CLIENTS + i) % devices, from) });
      return requestBytes(place.token, "POST", "/graphql/", body);
    });
  };
  return {
    id: `${id}-${devices}`,
    title: () => `${title}, of ${devices.toLocaleString("en-US")} devices, ${CLIENTS} clients`,
    rows: [row("requests", "documents/s", "number"), ...TIMES, ...CPU],
    flags: ["--max-reads", String(CLIENTS)],
    load,
  };
}

export const GRAPHQL: readonly HttpScenario[] = ASKS.flatMap((ask) => SIZES.map((devices) => scenario(ask, devices)));
