import type { FieldType } from "../../../measure/types.ts";

/** The products of the demo fleet, and how their fields go over time. */

/** How a field goes over time; see values.ts. */
export type Course =
  /** Around `mean`, with the time of day (`daily`) and slow weather (`drift`), noise on top. */
  | {
      readonly kind: "wave";
      readonly mean: number;
      readonly daily: number;
      readonly drift: number;
      readonly noise: number;
    }
  /** Grows, more by day than by night; so much in an hour. */
  | { readonly kind: "counter"; readonly perHour: number /** It counts things. */; readonly whole?: true }
  /** Falls from full by so much in a month. */
  | { readonly kind: "battery"; readonly perMonth: number }
  /** True for a while, now and then; so often in a day. */
  | { readonly kind: "switch"; readonly perDay: number }
  /** Goes around a place by day, and stays there by night; degrees. */
  | { readonly kind: "route"; readonly reach: number };

export interface DemoField {
  readonly id: string;
  readonly type: FieldType;
  readonly name: string;
  readonly unit?: string;
  readonly decimals?: number;
  readonly course: Course;
}
interface DemoProduct {
  readonly slug: string;
  readonly name: string;
  readonly fields: readonly DemoField[];
  /** Of every twenty devices of the whole fleet. */
  readonly share: number;
  readonly names: readonly string[];
}

const wave = (mean: number, daily: number, drift: number, noise: number): Course => ({
  kind: "wave",
  mean,
  daily,
  drift,
  noise,
});
const BATTERY: DemoField = {
  id: "BATTERY",
  type: "NUMERIC",
  name: "Battery",
  unit: "%",
  decimals: 0,
  course: { kind: "battery", perMonth: 4 },
};

export const DEMO_PRODUCTS: readonly DemoProduct[] = [
  {
    slug: "room-climate",
    name: "Room climate",
    share: 8,
    names: ["Office", "Meeting room", "Canteen", "Laboratory", "Archive", "Corridor", "Reception", "Workshop"],
    fields: [
      {
        id: "TEMPERATURE",
        type: "NUMERIC",
        name: "Temperature",
        unit: "°C",
        decimals: 1,
        course: wave(21, 1.6, 0.8, 0.1),
      },
      { id: "HUMIDITY", type: "NUMERIC", name: "Humidity", unit: "%", decimals: 0, course: wave(44, -5, 7, 0.6) },
      { id: "CO2", type: "INT", name: "CO₂", unit: "ppm", course: wave(640, 260, 60, 18) },
      BATTERY,
    ],
  },
  {
    slug: "cold-storage",
    name: "Cold storage",
    share: 3,
    names: ["Freezer", "Cold room", "Fridge", "Vaccine store"],
    fields: [
      {
        id: "TEMPERATURE",
        type: "NUMERIC",
        name: "Temperature",
        unit: "°C",
        decimals: 1,
        course: wave(-18.4, 0.5, 0.4, 0.25),
      },
      { id: "DOOR", type: "BOOL", name: "Door open", course: { kind: "switch", perDay: 9 } },
      {
        id: "COMPRESSOR",
        type: "NUMERIC",
        name: "Compressor",
        unit: "A",
        decimals: 2,
        course: wave(3.1, 0.5, 0.2, 0.35),
      },
    ],
  },
  {
    slug: "energy-meter",
    name: "Energy meter",
    share: 4,
    names: ["Main meter", "Press line", "Heat pump", "Charging point", "Compressed air", "Lighting"],
    fields: [
      { id: "POWER", type: "NUMERIC", name: "Power", unit: "kW", decimals: 2, course: wave(6.2, 4.1, 0.9, 0.5) },
      { id: "ENERGY", type: "COUNTER", name: "Energy", unit: "kWh", course: { kind: "counter", perHour: 6 } },
      { id: "VOLTAGE", type: "NUMERIC", name: "Voltage", unit: "V", decimals: 1, course: wave(231, -1.4, 0.9, 0.6) },
    ],
  },
  {
    slug: "door-sensor",
    name: "Door sensor",
    share: 3,
    names: ["Gate", "Loading dock", "Emergency exit", "Roof hatch"],
    fields: [
      { id: "OPEN", type: "BOOL", name: "Open", course: { kind: "switch", perDay: 14 } },
      { id: "OPENINGS", type: "COUNTER", name: "Openings", course: { kind: "counter", perHour: 0.6, whole: true } },
      BATTERY,
    ],
  },
  {
    slug: "tracker",
    name: "Tracker",
    share: 2,
    names: ["Van", "Trailer", "Forklift", "Pallet cage"],
    fields: [
      { id: "POSITION", type: "GEO", name: "Position", course: { kind: "route", reach: 0.08 } },
      { id: "SPEED", type: "NUMERIC", name: "Speed", unit: "km/h", decimals: 0, course: wave(18, 17, 2, 3) },
      BATTERY,
    ],
  },
];
