/**
 * Preloaded (`BUN_OPTIONS`) by the server and the commands that make what pictures show: the wall clock stands still, so that a picture that is
 * taken again is the same. What counts how long something takes has the monotonic clock, and goes on.
 */
import { PICTURE_TIME } from "./picture-time.ts";

const RealDate = Date;

class FixedDate extends RealDate {
  constructor(...given: readonly unknown[]) {
    // as Date takes them
    super(...((given.length === 0 ? [PICTURE_TIME] : given) as [number]));
  }
  static override now(): number {
    return PICTURE_TIME;
  }
}
// it can all that Date can, but for being called without new, which nothing here does
globalThis.Date = FixedDate as DateConstructor;
