import { type Learnt, NOTHING_LEARNT } from "../../networks/downlinks/types.ts";
import { type Downlink, DOWNLINK_STATES } from "./types.ts";

/** What is read back from the store, which trusts nothing. */

/** A stored body; null: it is damaged. */
export function valueIn(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
/** The same, when it is an object. */
export function objectIn(body: string): Record<string, unknown> | null {
  const value = valueIn(body);
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null; // an object, whatever it holds
}
/** Whether what was stored is a downlink: what has the most important parts was written whole. */
export function isDownlink(value: object): value is Downlink {
  const { id, device, state, content, steps } = value as Partial<Downlink>;
  return (
    typeof id === "string" &&
    typeof device === "number" &&
    DOWNLINK_STATES.some((one) => one === state) &&
    typeof content === "object" &&
    Array.isArray(steps)
  );
}
export function learntFrom(value: Readonly<Record<string, unknown>>): Learnt {
  const text = (key: keyof Learnt) => (typeof value[key] === "string" ? value[key] : null);
  return {
    ...NOTHING_LEARNT,
    deviceId: text("deviceId"),
    push: text("push"),
    replace: text("replace"),
    apiKey: text("apiKey"),
  };
}
