/** The dashboards of the demo fleet (docs/dashboards.md): the plant at a glance, and a layout for each room. */

/** What is known of a device of the demo fleet. */
interface Known {
  readonly product: string;
  readonly id: string;
  readonly name: string;
  /** null: it is well. */
  readonly silent: number | "always" | null;
}

const PLACE = (x: number, y: number, w: number, h: number) => ({ x, y, w, h });

const source = (device: Known, field: string) => ({ product: device.product, device: device.id, field });

/** Of its workspace, for the fleet file. */
export function demoDashboards(devices: readonly Known[]): object[] {
  const well = (product: string) => devices.filter((one) => one.product === product && one.silent === null);
  const widgets: object[] = [
    {
      ...{ id: "welcome", type: "text", place: PLACE(0, 0, 12, 2) },
      markdown:
        "### All sites\n\nCold stores stay below **−15 °C**, everything closed after hours. Call the service desk when a tile is red.",
    },
    ...cold(well("cold-storage")),
    ...energy(well("energy-meter")),
    {
      ...{ id: "gates", type: "online", title: "Gates and docks", place: PLACE(9, 2, 3, 4) },
      devices: { product: "door-sensor" },
    },
    {
      ...{ id: "vehicles", type: "map", title: "Vehicles", place: PLACE(0, 13, 12, 9) },
      ...{ devices: { product: "tracker" }, field: "POSITION", label: "SPEED" },
    },
  ];
  return [
    { name: "All sites", description: "For the screen in the hall", content: { version: 1, range: "24h", widgets } },
    { name: "Room", description: "One layout for every room", product: "room-climate", content: room },
  ];
}

function cold(stores: readonly Known[]): object[] {
  const [first] = stores;
  if (first === undefined) return [];
  const steps = [
    { from: -17, level: "warn" },
    { from: -15, level: "bad" },
  ];
  return [
    {
      ...{ id: "freezer", type: "value", title: first.name, place: PLACE(0, 2, 3, 4), sparkline: true },
      ...{ source: source(first, "TEMPERATURE"), steps },
    },
    {
      ...{ id: "lid", type: "boolean", title: `${first.name}: lid`, place: PLACE(3, 2, 3, 4) },
      ...{ source: source(first, "DOOR"), yes: "open", no: "closed", yes_level: "warn", no_level: "ok" },
    },
    {
      ...{ id: "cold", type: "chart", title: "Cold stores", place: PLACE(0, 6, 6, 7), range: "7d" },
      sources: stores.slice(0, 4).map((one) => source(one, "TEMPERATURE")),
    },
  ];
}
function energy([meter]: readonly Known[]): object[] {
  if (meter === undefined) return [];
  return [
    {
      ...{ id: "power", type: "gauge", title: meter.name, place: PLACE(6, 2, 3, 4), min: 0, max: 15 },
      ...{ source: source(meter, "POWER"), steps: [{ from: 12, level: "warn" }] },
    },
    {
      ...{ id: "energy", type: "bar", title: `${meter.name}: energy per day`, place: PLACE(6, 6, 6, 7), range: "30d" },
      ...{ sources: [source(meter, "ENERGY")], bucket: "1d", aggregation: "CHANGE" },
    },
  ];
}

const tile = (x: number, id: string, title: string, field: string, steps?: object[]) => ({
  ...{ id, type: "value", title, place: PLACE(x, 0, 3, 4), sparkline: true, source: { field } },
  ...(steps !== undefined && { steps }),
});
const room = {
  version: 1,
  range: "24h",
  widgets: [
    tile(0, "temperature", "Temperature", "TEMPERATURE"),
    tile(3, "humidity", "Humidity", "HUMIDITY"),
    tile(6, "co2", "CO₂", "CO2", [
      { from: 1000, level: "warn" },
      { from: 1500, level: "bad" },
    ]),
    {
      ...{ id: "battery", type: "gauge", title: "Battery", place: PLACE(9, 0, 3, 4), min: 0, max: 100 },
      ...{
        source: { field: "BATTERY" },
        steps: [
          { from: 0, level: "bad" },
          { from: 20, level: "ok" },
        ],
      },
    },
    { id: "climate", type: "chart", title: "Climate", place: PLACE(0, 4, 8, 7), sources: [{ field: "TEMPERATURE" }] },
    {
      ...{ id: "air", type: "bar", title: "CO₂, most of each day", place: PLACE(8, 4, 4, 7), range: "7d" },
      ...{ sources: [{ field: "CO2" }], bucket: "1d", aggregation: "MAX" },
    },
    {
      ...{ id: "rooms", type: "table", title: "All rooms", place: PLACE(0, 11, 12, 8) },
      ...{ devices: {}, fields: ["TEMPERATURE", "HUMIDITY", "CO2", "BATTERY"] },
    },
  ],
};
