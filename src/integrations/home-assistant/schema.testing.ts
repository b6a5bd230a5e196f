/**
 * What Home Assistant documents of MQTT discovery, as a table for tests: the keys that a component of each platform has, which are needed,
 * and which units a device class allows. https://www.home-assistant.io/integrations/mqtt/#discovery-payload,
 * https://developers.home-assistant.io/docs/core/entity/sensor/#available-device-classes
 */

type Check = (value: unknown) => boolean;
const text: Check = (value) => typeof value === "string" && value !== "";
const integer: Check = (value) => Number.isInteger(value);
const topic: Check = (value) => text(value) && !/[+#\0]/.test(String(value));
const template: Check = (value) => text(value) && String(value).split("{{").length === String(value).split("}}").length;
const among =
  (...words: string[]): Check =>
  (value) =>
    words.includes(String(value));

/** Units that sensors and numbers of a class may have; `""` stands for none. */
export const DEVICE_CLASS_UNITS: ReadonlyMap<string, readonly string[]> = new Map([
  ["apparent_power", ["mVA", "VA", "kVA"]],
  ["aqi", [""]],
  ["battery", ["%"]],
  ["carbon_dioxide", ["ppm"]],
  ["current", ["A", "mA"]],
  ["distance", ["km", "m", "cm", "mm", "mi", "nmi", "yd", "ft", "in"]],
  ["duration", ["d", "h", "min", "s", "ms", "µs"]],
  ["energy", ["J", "kJ", "MJ", "GJ", "mWh", "Wh", "kWh", "MWh", "GWh", "TWh", "cal", "kcal", "Mcal", "Gcal"]],
  ["frequency", ["Hz", "kHz", "MHz", "GHz"]],
  ["humidity", ["%"]],
  ["illuminance", ["lx"]],
  ["irradiance", ["W/m²", "BTU/(h⋅ft²)"]],
  ["moisture", ["%"]],
  ["power", ["mW", "W", "kW", "MW", "GW", "TW"]],
  ["pressure", ["cbar", "bar", "hPa", "mmHg", "inHg", "inH₂O", "kPa", "mbar", "Pa", "psi"]],
  ["signal_strength", ["dB", "dBm"]],
  ["sound_pressure", ["dB", "dBA"]],
  ["speed", ["ft/s", "in/d", "in/h", "in/s", "km/h", "kn", "m/s", "mph", "mm/d", "mm/s", "Beaufort"]],
  ["temperature", ["°C", "°F", "K"]],
  ["volatile_organic_compounds", ["µg/m³", "μg/m³", "mg/m³"]],
  ["volatile_organic_compounds_parts", ["ppm", "ppb"]],
  ["voltage", ["V", "mV", "µV", "kV", "MV"]],
  ["water", ["L", "gal", "m³", "ft³", "CCF", "MCF"]],
]);
/** State classes that a class allows, where not `measurement` alone. */
const STATE_CLASSES: ReadonlyMap<string, readonly string[]> = new Map([
  ["energy", ["total", "total_increasing"]],
  ["water", ["total", "total_increasing"]],
  ["distance", ["measurement", "total", "total_increasing"]],
  ["duration", ["measurement", "total", "total_increasing"]],
]);
const BINARY_CLASSES =
  "battery battery_charging carbon_monoxide cold connectivity door garage_door gas heat light lock moisture motion moving occupancy opening " +
  "plug power presence problem running safety smoke sound tamper update vibration window";

/** Of every entity. */
const COMMON: Readonly<Record<string, Check>> = {
  p: among("sensor", "binary_sensor", "switch", "number", "text", "device_tracker"),
  name: text,
  uniq_id: (value) => text(value) && /^[A-Za-z0-9_]+$/.test(String(value)),
  ent_cat: among("config", "diagnostic"),
};
const NEEDED = ["p", "name", "uniq_id"];
const STATE = { stat_t: topic, val_tpl: template };
const NUMBERS = { unit_of_meas: text, dev_cla: among(...DEVICE_CLASS_UNITS.keys()) };
const WORDS = { pl_on: text, pl_off: text };

/** The keys of a platform besides: [key, check], and those that it needs. */
const PLATFORMS: Readonly<Record<string, { readonly may: Readonly<Record<string, Check>>; readonly needs: string[] }>> =
  {
    sensor: {
      may: {
        ...STATE,
        ...NUMBERS,
        stat_cla: among("measurement", "total", "total_increasing"),
        sug_dsp_prc: (value) => integer(value) && Number(value) >= 0,
      },
      needs: ["stat_t"],
    },
    binary_sensor: {
      may: { ...STATE, ...WORDS, dev_cla: among(...BINARY_CLASSES.split(" ")) },
      needs: ["stat_t", "pl_on", "pl_off"],
    },
    switch: { may: { ...STATE, ...WORDS, cmd_t: topic }, needs: ["stat_t", "cmd_t"] },
    number: {
      may: {
        ...STATE,
        ...NUMBERS,
        cmd_t: topic,
        min: (value) => typeof value === "number",
        max: (value) => typeof value === "number",
        step: (value) => typeof value === "number" && value >= 0.001,
        mode: among("auto", "box", "slider"),
      },
      needs: ["stat_t", "cmd_t"],
    },
    text: {
      may: {
        ...STATE,
        cmd_t: topic,
        min: (value) => integer(value) && Number(value) >= 0,
        max: (value) => integer(value) && Number(value) <= 255,
      },
      needs: ["stat_t", "cmd_t"],
    },
    device_tracker: {
      may: {
        json_attr_t: topic,
        json_attr_tpl: template,
        src_type: among("gps", "router", "bluetooth", "bluetooth_le"),
      },
      needs: ["json_attr_t"],
    },
  };
const DEVICE = new Set(["ids", "cns", "cu", "hw", "mf", "mdl", "mdl_id", "name", "sa", "sn", "sw"]);
const ORIGIN = new Set(["name", "sw", "url"]);
const ROOT = new Set(["dev", "o", "cmps", "avty", "avty_mode", "avty_t", "qos", "e", "stat_t", "cmd_t"]);

/** What Home Assistant would find wrong with a discovery payload, a line each. */
export function checkConfig(config: object): string[] {
  const { dev, o, cmps, avty_t } = config as { dev: object; o: object; cmps: object; avty_t: unknown }; // looked at below
  const wrong = [...unknown(config, ROOT), ...unknown(dev, DEVICE), ...unknown(o, ORIGIN)];
  if (!("ids" in dev) || !Array.isArray(dev.ids) || dev.ids.length === 0) wrong.push("dev: no identifier");
  if (!("name" in o) || !text(o.name)) wrong.push("o: no name");
  if (!topic(avty_t)) wrong.push("avty_t: no topic");
  for (const [key, component] of Object.entries(cmps))
    wrong.push(...checkComponent(component).map((w) => `${key}: ${w}`));
  return wrong;
}
function unknown(value: object, known: ReadonlySet<string>): string[] {
  return Object.keys(value).flatMap((key) => (known.has(key) ? [] : [`unknown key ${key}`]));
}
function checkComponent(component: Readonly<Record<string, unknown>>): string[] {
  const platform = PLATFORMS[String(component.p)];
  if (platform === undefined) return [`unknown platform ${component.p}`];
  const { may, needs } = platform;
  const wrong = [...NEEDED, ...needs].flatMap((key) => (component[key] === undefined ? [`${key} is needed`] : []));
  for (const [key, value] of Object.entries(component)) {
    if (value === undefined) continue;
    const check = COMMON[key] ?? may[key];
    if (check === undefined) wrong.push(`unknown key ${key}`);
    else if (!check(value)) wrong.push(`${key}: ${value}`);
  }
  return component.p === "binary_sensor" ? wrong : [...wrong, ...checkClass(component)];
}
function checkClass({ dev_cla, unit_of_meas, stat_cla, p }: Readonly<Record<string, unknown>>): string[] {
  const wrong: string[] = [];
  if (stat_cla !== undefined && p !== "sensor") wrong.push("a state class belongs to sensors");
  if (dev_cla === undefined) return wrong;
  const units = DEVICE_CLASS_UNITS.get(String(dev_cla)) ?? [];
  if (!units.includes(String(unit_of_meas ?? ""))) wrong.push(`${dev_cla} in ${unit_of_meas}`);
  const classes = STATE_CLASSES.get(String(dev_cla)) ?? ["measurement"];
  if (stat_cla !== undefined && !classes.includes(String(stat_cla))) wrong.push(`${dev_cla} as ${stat_cla}`);
  return wrong;
}
