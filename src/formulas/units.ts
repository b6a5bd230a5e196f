type Change = (value: number) => number;
/** Units of one quantity: how much of the first one each is, or how it becomes that, and back. */
type Quantity = Readonly<Record<string, number | readonly [to: Change, from: Change]>>;

const INCH = 0.0254;
const POUND = 0.45359237;
const GALLON = 0.003785411784;

/** By symbol, as the units of fields are written. What stands in one line is converted into one another. */
const QUANTITIES: readonly Quantity[] = [
  { "°C": 1, "°F": [(f) => (f - 32) / 1.8, (c) => c * 1.8 + 32], K: [(k) => k - 273.15, (c) => c + 273.15] },
  { m: 1, mm: 0.001, cm: 0.01, km: 1000, in: INCH, ft: 12 * INCH, yd: 36 * INCH, mi: 63_360 * INCH, nmi: 1852 },
  { "m²": 1, "cm²": 1e-4, "km²": 1e6, ha: 1e4, "ft²": (12 * INCH) ** 2, acre: 4046.8564224 },
  { "m³": 1, l: 0.001, ml: 1e-6, "cm³": 1e-6, "ft³": (12 * INCH) ** 3, gal: GALLON },
  { kg: 1, g: 0.001, mg: 1e-6, t: 1000, lb: POUND, oz: POUND / 16 },
  { s: 1, ms: 0.001, min: 60, h: 3600, d: 86_400 },
  { "m/s": 1, "km/h": 1 / 3.6, mph: (63_360 * INCH) / 3600, kn: 1852 / 3600 },
  { "m³/h": 1, "l/min": 0.06, "l/s": 3.6, "gal/min": GALLON * 60 },
  { Pa: 1, hPa: 100, kPa: 1000, MPa: 1e6, mbar: 100, bar: 1e5, psi: 6894.757293168, mmHg: 133.322387415, atm: 101_325 },
  { J: 1, kJ: 1000, MJ: 1e6, Wh: 3600, kWh: 3.6e6, MWh: 3.6e9, cal: 4.184, kcal: 4184 },
  { W: 1, mW: 0.001, kW: 1000, MW: 1e6, hp: 745.6998715822702 },
  { V: 1, mV: 0.001, kV: 1000 },
  { A: 1, mA: 0.001, µA: 1e-6 },
  { "°": 1, rad: 180 / Math.PI },
  { "%": 1, "‰": 0.1, ppm: 1e-4 },
  { B: 1, kB: 1000, MB: 1e6, GB: 1e9, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 },
];

/** Every symbol, those of one quantity together. */
export const UNITS: readonly (readonly string[])[] = QUANTITIES.map((quantity) => Object.keys(quantity));

/**
 * How values of one unit become values of another.
 * @returns what is wrong, as a sentence, where they are not of one quantity
 */
export function conversion(from: string, to: string): Change | string {
  const quantity = QUANTITIES.find((one) => Object.hasOwn(one, from));
  if (quantity === undefined || !UNITS.some((symbols) => symbols.includes(to)))
    return `The unit ${JSON.stringify(quantity === undefined ? from : to)} is not known.`;
  const [source, target] = [quantity[from], quantity[to]];
  if (source === undefined || target === undefined)
    return `${from} cannot be converted to ${to}: they measure different things. Use ${Object.keys(quantity).join(", ")}.`;
  const into = typeof source === "number" ? (value: number) => value * source : source[0];
  const out = typeof target === "number" ? (value: number) => value / target : target[1];
  return (value) => out(into(value));
}
