import type { Rule } from "../../../../sdk/operations.js";
import { type Header, headersAsked, headersOf } from "../../parts/header-rows.tsx";

/** What rules do, as one edits it: each property that is typed is a text. */

export type Action = Rule["actions"][number];
export type ActionType = Action["type"];
export const ACTIONS = ["notification", "email", "webhook", "message", "field", "downlink"] as const;
export const EVENTS = ["fired", "repeated", "cleared"] as const;
export const SEVERITIES = ["info", "warning", "error", "critical"] as const;

/** What is typed as a text. */
export type TextKey = "subject" | "text" | "url" | "body" | "topic" | "payload" | "value" | "downlink";
const KEYS: Readonly<Record<ActionType, readonly TextKey[]>> = {
  notification: ["text"],
  email: ["subject", "text"],
  webhook: ["url", "body"],
  message: ["topic", "payload"],
  field: ["value"],
  downlink: ["downlink"],
};
const LONG: ReadonlySet<TextKey> = new Set(["text", "body", "payload"]);
/** Stands for a secret that is there, in answers and in requests that keep it. */
export const KEPT = "…";

/** An action in the form: which one it is while others come and go, and its headers in rows. */
export interface ActionDraft {
  readonly key: number;
  readonly action: Action;
  readonly headers: readonly Header[];
  /** Of a downlink: `NAME=value`, one in a line. */
  readonly values: string;
}
export function draftsOf(actions: readonly Action[]): ActionDraft[] {
  return actions.map(draftOf);
}
export function draftOf(action: Action, key: number): ActionDraft {
  return {
    ...{ key, action },
    headers: action.type === "webhook" ? headersOf(action.headers) : [],
    values: action.type === "downlink" ? linesOf(action.values) : "",
  };
}
function linesOf(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join("\n");
}
function valuesIn(lines: string): Record<string, string> {
  const found = lines.split("\n").flatMap((line): [string, string][] => {
    const at = line.indexOf("=");
    return line.trim() === ""
      ? []
      : [[(at < 0 ? line : line.slice(0, at)).trim(), at < 0 ? "" : line.slice(at + 1).trim()]];
  });
  return Object.fromEntries(found);
}
/** As requests have it. */
export function actionOf({ action, headers, values }: ActionDraft): Action {
  if (action.type === "webhook") return { ...action, headers: headersAsked(headers) };
  return action.type === "downlink" ? { ...action, values: valuesIn(values) } : action;
}

/** What is typed of an action, in its order. */
export function textsOf({ type }: Action): readonly { readonly key: TextKey; readonly isLong: boolean }[] {
  return KEYS[type].map((key) => ({ key, isLong: LONG.has(key) }));
}

/** A secret of Standard Webhooks: 32 bytes that nobody can guess. */
export function newSecret(): string {
  return `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))}`;
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

export function textOf(action: Action, key: TextKey): string {
  const value: unknown = Reflect.get(action, key);
  return typeof value === "string" ? value : "";
}
export function withText(action: Action, key: TextKey, text: string): Action {
  // the same properties: textsOf names no others
  return { ...action, [key]: key === "body" && text === "" ? null : text } as Action;
}
