import type { Semantic } from "../fleet/types.ts";

/**
 * Device classes of Home Assistant's sensors: what a value is, which decides its icon, the units it is offered in and where statistics
 * go. A class with a unit that Home Assistant does not allow for it is an error there; so a class is only said together with such a unit.
 */

/** The class that a semantic means with one of these units; the first that allows the unit counts. */
const BY_SEMANTIC: {
  readonly [S in Semantic]?: readonly (readonly [deviceClass: string, units: readonly string[]])[];
} = {
  air_pollution: [["aqi", [""]]],
  ambient_light: [["illuminance", ["lx"]]],
  battery: [
    ["battery", ["%"]],
    ["voltage", ["V", "mV"]],
  ],
  co2: [["carbon_dioxide", ["ppm"]]],
  energy_consumption: [["energy", ["J", "kJ", "MJ", "GJ", "Wh", "kWh", "MWh", "GWh", "cal", "kcal"]]],
  hours_until_maintenance: [["duration", ["d", "h", "min", "s"]]],
  humidity: [["humidity", ["%"]]],
  loudness: [["sound_pressure", ["dB", "dBA"]]],
  power: [["power", ["mW", "W", "kW", "MW"]]],
  runtime_hours: [["duration", ["d", "h", "min", "s"]]],
  signal: [["signal_strength", ["dB", "dBm"]]],
  soil_moisture: [["moisture", ["%"]]],
  temperature: [["temperature", ["°C", "°F", "K"]]],
  voc: [
    ["volatile_organic_compounds", ["µg/m³", "μg/m³"]],
    ["volatile_organic_compounds_parts", ["ppm", "ppb"]],
  ],
  water_consumption: [["water", ["L", "m³", "ft³", "CCF", "gal"]]],
  water_depth: [["distance", ["mm", "cm", "m", "km", "in", "ft", "yd", "mi"]]],
};

/** The class that a unit means by itself, where it can mean nothing else. */
const BY_UNIT: ReadonlyMap<string, string> = new Map([
  ...named("temperature", ["°C", "°F", "K"]),
  ...named("illuminance", ["lx"]),
  ...named("voltage", ["mV", "V", "kV"]),
  ...named("current", ["mA", "A"]),
  ...named("power", ["mW", "W", "kW", "MW"]),
  ...named("apparent_power", ["VA"]),
  ...named("energy", ["Wh", "kWh", "MWh"]),
  ...named("frequency", ["Hz", "kHz", "MHz", "GHz"]),
  ...named("pressure", ["Pa", "hPa", "kPa", "mbar", "bar", "psi"]),
  ...named("speed", ["m/s", "km/h", "mph"]),
  ...named("signal_strength", ["dBm"]),
  ...named("irradiance", ["W/m²"]),
]);

/** Classes of amounts that add up: Home Assistant takes `measurement` for a mistake there, and for all others but two a total. */
const TOTALS = new Set(["energy", "water"]);
const EITHER = new Set(["distance", "duration"]);

/** What yes and no mean, as a class of binary sensors. */
const OF_BOOL: ReadonlyMap<Semantic, string> = new Map([
  ["battery_low", "battery"],
  ["desk_occupied", "occupancy"],
  ["device_powered", "power"],
  ["door_opened", "door"],
  ["emergency_triggered", "safety"],
  ["gas_leak_detected", "gas"],
  ["hvac_active", "running"],
  ["light_on", "light"],
  ["maintenance_required", "problem"],
  ["motion_detected", "motion"],
  ["parking_occupied", "occupancy"],
  ["power_outage_detected", "problem"],
  ["rain_detected", "moisture"],
  ["room_occupied", "occupancy"],
  ["smoke_detected", "smoke"],
  ["tamper_detected", "tamper"],
  ["valve_opened", "opening"],
  ["water_leak_detected", "moisture"],
  ["window_opened", "window"],
] as const);

/** Units as people write them, where Home Assistant knows them by another spelling. */
const SPELLED: ReadonlyMap<string, string> = new Map([
  ["C", "°C"],
  ["F", "°F"],
  ["lux", "lx"],
  ["l", "L"],
  ["m3", "m³"],
  ["ug/m3", "µg/m³"],
  ["µg/m3", "µg/m³"],
  ["W/m2", "W/m²"],
]);

/** A unit as Home Assistant spells it; `""`: there is none. */
export function unitOf(unit: string | null): string {
  return unit === null ? "" : (SPELLED.get(unit) ?? unit);
}
/**
 * The class of a sensor's numbers; null: none, or not with this unit, or not for what adds up.
 * @param unit as `unitOf` gives it @param counts whether it is a running total that only grows
 */
export function sensorClass(semantic: Semantic | undefined, unit: string, counts: boolean): string | null {
  const found =
    semantic === undefined ? BY_UNIT.get(unit) : BY_SEMANTIC[semantic]?.find(([, units]) => units.includes(unit))?.[0];
  return found === undefined || (counts && !TOTALS.has(found) && !EITHER.has(found)) ? null : found;
}
/** The class of a field of yes and no; null: none. */
export function binaryClass(semantic: Semantic | undefined): string | null {
  return (semantic === undefined ? undefined : OF_BOOL.get(semantic)) ?? null;
}
/** How statistics are made of a sensor's numbers. @param counts whether it is a running total that only grows */
export function stateClass(deviceClass: string | null, counts: boolean): string {
  if (counts) return "total_increasing";
  return deviceClass !== null && TOTALS.has(deviceClass) ? "total" : "measurement";
}

function named(deviceClass: string, units: readonly string[]): (readonly [string, string])[] {
  return units.map((unit) => [unit, deviceClass] as const);
}
