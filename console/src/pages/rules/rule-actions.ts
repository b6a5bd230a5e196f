import type { Rule } from "../../../../sdk/operations.js";

/** What rules do, as one edits it: each property that is typed is a text. */

export type Action = Rule["actions"][number];
export type ActionType = Action["type"];
export const ACTIONS = ["notification", "email", "webhook", "message", "field", "downlink"] as const;
export const EVENTS = ["fired", "repeated", "cleared"] as const;
export const SEVERITIES = ["info", "warning", "error", "critical"] as const;

export type TextKey =
  | ("to" | "subject" | "text" | "url" | "body" | "topic" | "payload")
  | ("device" | "field" | "value" | "downlink" | "values");
const KEYS: Readonly<Record<ActionType, readonly TextKey[]>> = {
  notification: ["text"],
  email: ["to", "subject", "text"],
  webhook: ["url", "body"],
  message: ["topic", "payload"],
  field: ["device", "field", "value"],
  downlink: ["device", "downlink", "values"],
};
const LONG: ReadonlySet<TextKey> = new Set(["text", "body", "payload"]);

/** What is typed of an action, in its order. */
export function textsOf({ type }: Action): readonly { readonly key: TextKey; readonly isLong: boolean }[] {
  return KEYS[type].map((key) => ({ key, isLong: LONG.has(key) }));
}

export function newAction(type: ActionType): Action {
  const on: Action["on"] = ["fired"];
  switch (type) {
    case "email":
      return { type, on, to: [], subject: "{{ rule }}", text: "{{ text }}\n", digest: 0 };
    case "webhook":
      return { type, on, url: "https://", headers: {}, body: null, secret: null };
    case "message":
      return { type, on, topic: "", payload: "{{ value }}", retain: false };
    case "field":
      return { type, on, device: null, field: "", value: "" };
    case "downlink":
      return { type, on, device: null, downlink: "", values: {} };
    default:
      return { type: "notification", on, text: "{{ text }}" };
  }
}

/** A property as a text: lists with commas, values of a downlink as `NAME=value`. */
export function textOf(action: Action, key: TextKey): string {
  const value: unknown = Reflect.get(action, key);
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "object" && value !== null)
    return Object.entries(value)
      .map(([name, one]) => `${name}=${one}`)
      .join(", ");
  return value === null || value === undefined ? "" : String(value);
}
export function withText(action: Action, key: TextKey, text: string): Action {
  const parts = () => text.split(",").map((one) => one.trim());
  const value =
    key === "to"
      ? parts()
      : key === "values"
        ? Object.fromEntries(parts().map((one) => [one.split("=", 1)[0] ?? "", one.slice(one.indexOf("=") + 1)]))
        : (key === "device" || key === "body") && text === ""
          ? null
          : text;
  // the same properties: textsOf names no others
  return { ...action, [key]: value } as Action;
}
