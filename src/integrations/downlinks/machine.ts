import type { Micros } from "../../base/types.ts";
import type { Verdict } from "../../networks/downlinks/types.ts";
import type { Downlink, DownlinkState, DownlinkStep } from "./types.ts";

/** The states of a downlink, pure: what happens goes in with its time, the downlink as it is then comes out. */
const SECOND: Micros = 1_000_000;
const DAY: Micros = 86_400 * SECOND;
/** How long the device may take to confirm, and how long other reports are waited for: devices sleep. */
const CONFIRM_WAIT = 3 * DAY;
const REPORT_WAIT = DAY;
/** Steps that are kept: the first and the last ones. */
const MOST_STEPS = 32;
/** After so many attempts it is given up, whatever its time. */
const MOST_ATTEMPTS = 200;

/** One moment, on both clocks. */
export interface Moment {
  readonly wall: Micros;
  readonly trusted: Micros;
}

/** A downlink that has not been tried yet. @param wait µs that it may be queued */
export function queued(
  what: Pick<Downlink, "number" | "id" | "device" | "product" | "name" | "by" | "content" | "confirmed" | "replace">,
  wait: Micros,
  now: Moment,
): Downlink {
  const steps: readonly DownlinkStep[] = [{ state: "queued", time: now.wall, note: null }];
  return {
    ...what,
    state: "queued",
    created: now.wall,
    expires: now.trusted + wait,
    attempts: 0,
    sending: false,
    listening: false,
    ids: [],
    steps,
  };
}

/** An attempt begins. It is stored before anything is sent. */
export function begun(downlink: Downlink): Downlink {
  return { ...downlink, sending: true, attempts: downlink.attempts + 1 };
}

/** What the network knows to tell about a downlink that it has taken. */
interface Reports {
  /** As people know it. */
  readonly title: string;
  /** It tells whether the device confirmed. */
  readonly acknowledges: boolean;
  /** It tells anything at all. */
  readonly reports: boolean;
}

/** An attempt ended. */
export function ended(
  downlink: Downlink,
  verdict: Verdict,
  { title, acknowledges, reports }: Reports,
  now: Moment,
): Downlink {
  const next: Downlink = { ...downlink, sending: false };
  if (verdict.is === "refused") return step(next, "failed", `${title} refused it: ${verdict.reason}`, now);
  if (verdict.is === "later") {
    if (next.attempts < MOST_ATTEMPTS) return step(next, "queued", `${title} did not take it: ${verdict.reason}`, now);
    return step(next, "failed", `${title} did not take it in ${next.attempts} attempts: ${verdict.reason}`, now);
  }
  const expires = now.trusted + (next.confirmed && acknowledges ? CONFIRM_WAIT : REPORT_WAIT);
  return step({ ...next, ids: verdict.ids, listening: reports, expires }, "sent", `${title} took it`, now);
}

/** It cannot be sent as things are. */
export function failed(downlink: Downlink, reason: string, now: Moment): Downlink {
  return step({ ...downlink, sending: false, listening: false }, "failed", reason, now);
}

/** What a report of a network says (kinds of `NetworkEvent`). */
export interface Report {
  readonly kind: "ack" | "nack" | "txack" | "queued" | "sent" | "failed";
  /** In words of the network; null: it has none. */
  readonly reason: string | null;
}

/** A report came. Null: it changes nothing. */
export function reported(downlink: Downlink, { kind, reason }: Report, now: Moment): Downlink | null {
  if (!downlink.listening) return null;
  const said = reason === null ? "" : `: ${reason}`;
  switch (kind) {
    case "ack":
      return step({ ...downlink, listening: false }, "acknowledged", "the device confirmed it", now);
    case "nack":
      // some networks try again by themselves: a later confirmation still counts
      return step(downlink, "failed", `the device did not confirm it${said}`, now);
    case "failed":
      return step({ ...downlink, listening: false }, "failed", `the network failed${said}`, now);
    case "queued":
      return noted(downlink, `the network has queued it${said}`, now);
    case "sent":
    case "txack":
      return noted(downlink, kind === "sent" ? `${SENT}${said}` : `${TRANSMITTED}${said}`, now);
  }
}

/** Whether a step says that it was transmitted. */
export function isTransmitted(note: string | null): boolean {
  return note !== null && (note.startsWith(SENT) || note.startsWith(TRANSMITTED));
}
const [SENT, TRANSMITTED] = ["the network has sent it", "a gateway has transmitted it"];

/** Its time is over. Null: it is not, or nothing is waited for. */
export function expired(downlink: Downlink, now: Moment): Downlink | null {
  if (now.trusted < downlink.expires || downlink.sending) return null;
  if (downlink.state === "queued") return step(downlink, "expired", "it could not be sent in its time", now);
  if (!downlink.listening) return null;
  const next = { ...downlink, listening: false };
  if (downlink.state !== "sent" || !downlink.confirmed) return next;
  return step(next, "expired", "no confirmation of the device came", now);
}

/** Whether it can be taken back: nobody has it yet. */
export function isCancellable({ state, sending }: Downlink): boolean {
  return state === "queued" && !sending;
}
export function cancelled(downlink: Downlink, by: string, now: Moment): Downlink {
  return step(downlink, "cancelled", `cancelled by ${by}`, now);
}

/** As a start finds it: an attempt that had begun may have arrived, which is told, since it is made again. */
export function recovered(downlink: Downlink, now: Moment): Downlink {
  if (!downlink.sending) return downlink;
  const note = "the server ended while it was being sent: it is sent again, and may arrive twice";
  return step({ ...downlink, sending: false }, "queued", note, now);
}

/** Whether anything can still become of it. */
export function isOpen({ state, listening }: Downlink): boolean {
  return state === "queued" || listening;
}

const noted = (downlink: Downlink, note: string, now: Moment) => step(downlink, downlink.state, note, now);
function step(downlink: Downlink, state: DownlinkState, note: string, now: Moment): Downlink {
  const last = downlink.steps.at(-1);
  // the same again and again (a network that is away) is one step with its newest time
  const isSame = last !== undefined && last.state === state && last.note === note && downlink.steps.length > 1;
  const before = isSame ? downlink.steps.slice(0, -1) : downlink.steps;
  const kept = before.length < MOST_STEPS ? before : [...before.slice(0, 1), ...before.slice(2 - MOST_STEPS)];
  return { ...downlink, state, steps: [...kept, { state, time: now.wall, note }] };
}
