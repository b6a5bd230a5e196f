import type { Micros } from "./types.ts";

const MOST = 0xffff_ffff;

/**
 * The Unix second from which a message with this Message Expiry Interval (seconds) is not delivered any more. Rounded up:
 * a message lives for its whole interval, and less than a second longer; never shorter, or a short one would be lost on
 * its way to a subscriber who is there.
 */
export function deadlineOf(interval: number, now: Micros): number {
  return Math.min(Math.ceil(now / 1e6) + interval, MOST);
}

/** The interval that a delivery says: what was published less the time waited [MQTT-3.3.2-6], at least 1. */
export function secondsLeft(deadline: number, now: Micros): number {
  return Math.max(1, Math.floor(deadline - now / 1e6));
}
