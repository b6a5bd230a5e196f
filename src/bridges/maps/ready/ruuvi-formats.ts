import type { Row } from "../../../decoders/results.ts";
import { row, valuesOf } from "../values.ts";

/** What a Ruuvi sensor says in its advertisement. */
interface RuuviReading {
  readonly rows: readonly Row[];
  /** Counts measurements; null: the format has no counter. */
  readonly sequence: number | null;
}

/** Company identifier of Ruuvi, as it stands in the bytes, behind the type of a field that makers fill as they like. */
const MAKER = "ff9904";

/**
 * Reads an advertisement.
 * @param hex all of it, as a gateway tells it
 * @returns null: it is of no Ruuvi sensor, or in a format that is not known
 */
export function readRuuvi(hex: string): RuuviReading | null {
  const at = hex.toLowerCase().indexOf(MAKER);
  if (at < 0 || at % 2 !== 0) return null;
  const data = Buffer.from(hex.slice(at + MAKER.length), "hex");
  const format = FORMATS.find(({ id, length }) => data[0] === id && data.length >= length);
  return format === undefined ? null : format.read(new DataView(data.buffer, data.byteOffset, data.length));
}

/** All values are big-endian; the largest of an unsigned one, and the smallest of a signed one, say that there is none. */
class Reader {
  constructor(private readonly view: DataView) {}

  i16(at: number, scale = 1, digits = 0): number | undefined {
    const value = this.view.getInt16(at);
    return value === -0x8000 ? undefined : rounded(value * scale, digits);
  }
  u16(at: number, scale = 1, digits = 0): number | undefined {
    const value = this.view.getUint16(at);
    return value === 0xffff ? undefined : rounded(value * scale, digits);
  }
  u8(at: number): number | undefined {
    const value = this.view.getUint8(at);
    return value === 0xff ? undefined : value;
  }
  byte(at: number): number {
    return this.view.getUint8(at);
  }
  u24(at: number): number | undefined {
    const value = this.byte(at) * 0x10000 + this.view.getUint16(at + 1);
    return value === 0xffffff ? undefined : value;
  }
  /** hPa. */
  pressure(at: number): number | undefined {
    const value = this.u16(at);
    return value === undefined ? undefined : rounded((value + 50_000) / 100, 2);
  }
  /** Nine bits: eight of them here, the lowest one among the flags. */
  index(at: number, flags: number, bit: number): number | undefined {
    const value = this.byte(at) * 2 + ((this.byte(flags) >> bit) & 1);
    return value === 0x1ff ? undefined : value;
  }
}
function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

interface Format {
  readonly id: number;
  /** Bytes that it has at least. */
  readonly length: number;
  read(view: DataView): RuuviReading;
}
const FORMATS: readonly Format[] = [
  { id: 3, length: 14, read: (view) => format3(new Reader(view)) },
  { id: 5, length: 18, read: (view) => format5(new Reader(view)) },
  { id: 6, length: 17, read: (view) => format6(new Reader(view)) },
  { id: 0xe1, length: 29, read: (view) => formatE1(new Reader(view)) },
];

function acceleration(from: Reader, at: number): readonly Row[] {
  return ["X", "Y", "Z"].flatMap((axis, i) => row(`ACCELERATION_${axis}`, from.i16(at + 2 * i, 0.001, 3), "g"));
}

function format3(from: Reader): RuuviReading {
  const whole = from.byte(2);
  const temperature = ((whole & 0x7f) + from.byte(3) / 100) * (whole & 0x80 ? -1 : 1);
  const rows = valuesOf(
    row("TEMPERATURE", rounded(temperature, 2), "°C"),
    row("HUMIDITY", from.byte(1) / 2, "%"),
    row("PRESSURE", from.pressure(4), "hPa"),
    acceleration(from, 6),
    row("BATTERY_VOLTAGE", from.u16(12, 0.001, 3), "V"),
  );
  return { rows: rows.rows, sequence: null };
}

function format5(from: Reader): RuuviReading {
  const power = from.u16(13);
  const voltage = power === undefined || power >> 5 === 0x7ff ? undefined : rounded(((power >> 5) + 1600) / 1000, 3);
  const sent = power === undefined || (power & 0x1f) === 0x1f ? undefined : (power & 0x1f) * 2 - 40;
  const rows = valuesOf(
    row("TEMPERATURE", from.i16(1, 0.005, 3), "°C"),
    row("HUMIDITY", from.u16(3, 0.0025, 4), "%"),
    row("PRESSURE", from.pressure(5), "hPa"),
    acceleration(from, 7),
    row("BATTERY_VOLTAGE", voltage, "V"),
    row("TX_POWER", sent, "dBm"),
    row("MOVEMENT_COUNTER", from.u8(15)),
  );
  return { rows: rows.rows, sequence: from.u16(16) ?? null };
}

function format6(from: Reader): RuuviReading {
  const light = from.u8(13);
  const lux = light === undefined ? undefined : rounded(Math.exp((light * Math.log(65_536)) / 254) - 1, 2);
  const rows = valuesOf(
    climate(from),
    row("PM2_5", from.u16(7, 0.1, 1), "µg/m³"),
    row("CO2", from.u16(9), "ppm"),
    row("VOC_INDEX", from.index(11, 16, 6)),
    row("NOX_INDEX", from.index(12, 16, 7)),
    row("LUMINOSITY", lux, "lx"),
  );
  return { rows: rows.rows, sequence: from.byte(15) };
}

function formatE1(from: Reader): RuuviReading {
  const light = from.u24(19);
  const rows = valuesOf(
    climate(from),
    row("PM1_0", from.u16(7, 0.1, 1), "µg/m³"),
    row("PM2_5", from.u16(9, 0.1, 1), "µg/m³"),
    row("PM4_0", from.u16(11, 0.1, 1), "µg/m³"),
    row("PM10_0", from.u16(13, 0.1, 1), "µg/m³"),
    row("CO2", from.u16(15), "ppm"),
    row("VOC_INDEX", from.index(17, 28, 6)),
    row("NOX_INDEX", from.index(18, 28, 7)),
    row("LUMINOSITY", light === undefined ? undefined : rounded(light / 100, 2), "lx"),
  );
  return { rows: rows.rows, sequence: from.u24(25) ?? null };
}

function climate(from: Reader): readonly Row[] {
  return [
    row("TEMPERATURE", from.i16(1, 0.005, 3), "°C"),
    row("HUMIDITY", from.u16(3, 0.0025, 4), "%"),
    row("PRESSURE", from.pressure(5), "hPa"),
  ].flat();
}
