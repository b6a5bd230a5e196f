import type { ImportRow } from "../../../history/import.ts";
import type { Chance } from "./chance.ts";
import type { DemoDevice } from "./fleet.ts";
import type { Course, DemoField } from "./products.ts";

/** What the devices of the demo fleet measured: plausible, and made from nothing but the time and chance. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The newest two days are finer than what is older. */
const FINE_DAYS = 2;
const FINE_MS = 15 * 60_000;

/**
 * The measurements of a device over the last days, oldest first.
 * @param now ms since 1970 @param days at least 1
 */
export function* demoRows(device: DemoDevice, now: number, days: number, chance: Chance): Generator<ImportRow> {
  if (device.silent === "always") return;
  const end = device.silent === null ? now - chance.whole(1, 600) * 1000 : now - device.silent * HOUR;
  const makers = device.fields.map((field) => ({ field, make: maker(field.course, chance) }));
  const jitter = chance.whole(0, 59_000);
  for (let time = now - days * DAY; time < end; time += now - time > FINE_DAYS * DAY ? HOUR : FINE_MS) {
    const before = (now - time) / HOUR;
    if (device.gaps.some(([from, to]) => before < from && before > to)) continue;
    yield* rowsAt(device, makers, Math.min(time + jitter, end));
  }
  yield* rowsAt(device, makers, end);
}

type Maker = (time: number) => string;

function* rowsAt(
  { product, id }: DemoDevice,
  makers: readonly { field: DemoField; make: Maker }[],
  time: number,
): Generator<ImportRow> {
  const at = new Date(time).toISOString();
  for (const { field, make } of makers) {
    const value = make(time);
    if (value !== "") yield [at, product, id, field.id, value];
  }
}

/** One device's own way along a course: each is a little different. */
function maker(course: Course, chance: Chance): Maker {
  if (course.kind === "wave") return waveMaker(course, chance);
  if (course.kind === "counter") {
    let total = chance.whole(100, 9000);
    let last = 0;
    return (time) => {
      if (last > 0) total += ((time - last) / HOUR) * course.perHour * busy(time) * (0.6 + 0.8 * chance.next());
      last = time;
      return String(course.whole === true ? Math.floor(total) : Math.round(total * 10) / 10);
    };
  }
  if (course.kind === "battery") {
    const full = chance.whole(35, 100);
    const begin = chance.next() * course.perMonth;
    let first = 0;
    return (time) => {
      first ||= time;
      return String(Math.max(1, Math.round(full - begin - ((time - first) / (30 * DAY)) * course.perMonth)));
    };
  }
  if (course.kind === "switch") {
    let open = false;
    return (time) => {
      const likely = (course.perDay / 48) * busy(time);
      open = open ? chance.next() > 0.7 : chance.next() < likely;
      return String(open);
    };
  }
  return routeMaker(course.reach, chance);
}

function waveMaker({ mean, daily, drift, noise }: Course & { kind: "wave" }, chance: Chance): Maker {
  const own = mean + (chance.next() - 0.5) * Math.abs(daily) * 0.8;
  const [phase, slow] = [chance.next() * 2, chance.next() * 6];
  return (time) => {
    const day = Math.sin(((time / DAY) * 24 - 9 - phase) * (Math.PI / 12));
    const weather = Math.sin((time / DAY) * 0.9 + slow) + 0.6 * Math.sin((time / DAY) * 2.3 + slow * 2);
    const value =
      own + daily * day * (weekend(time) ? 0.35 : 1) + drift * weather + noise * (chance.next() * 2 - 1) * 1.4;
    const shown = mean > 100 ? Math.round(value) : Math.round(value * 100) / 100;
    // what cannot be below nothing is not
    return String(mean > 0 ? Math.max(0, shown) : shown);
  };
}

function routeMaker(reach: number, chance: Chance): Maker {
  const [lat, lng] = [51.2 + chance.next() * 2.2, 9.6 + chance.next() * 3.6];
  const turn = chance.next() * 6;
  return (time) => {
    const along = (time / DAY) * 5 + turn;
    const out = reach * Math.max(0, busy(time) - 0.35);
    return `(${(lat + out * Math.sin(along)).toFixed(6)},${(lng + out * 1.6 * Math.cos(along * 1.3)).toFixed(6)})`;
  };
}

/** How much is going on: little by night and at weekends. */
function busy(time: number): number {
  const hour = (time / HOUR) % 24;
  const byDay = Math.max(0, Math.sin(((hour - 5) / 14) * Math.PI));
  return 0.3 + (weekend(time) ? 0.25 : 1.1) * byDay;
}
function weekend(time: number): boolean {
  // 1 January 1970 was a Thursday
  const day = Math.floor(time / DAY + 4) % 7;
  return day === 0 || day === 6;
}
