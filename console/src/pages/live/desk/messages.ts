/** A message as the browser's MQTT client heard it. */
export interface Message {
  /** Grows by one with each. */
  readonly key: number;
  /** When it came, ms. */
  readonly at: number;
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly dup: boolean;
  /** Of the subscriptions that it came by. */
  readonly by: readonly number[];
  /** Of MQTT 5, as they are shown. */
  readonly properties: readonly (readonly [name: string, value: string])[];
}

/** So many stay on the page; the oldest go. */
export const MOST_MESSAGES = 2000;

/** The newest messages, oldest first. @returns a new list */
export function bounded(before: readonly Message[], came: readonly Message[]): readonly Message[] {
  const all = came.length >= MOST_MESSAGES ? came : [...before, ...came];
  return all.length > MOST_MESSAGES ? all.slice(all.length - MOST_MESSAGES) : all;
}

/** Whether a text stands in the topic or the payload; upper or lower case. */
export function holds({ topic, payload }: Pick<Message, "topic" | "payload">, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return true;
  return topic.toLowerCase().includes(wanted) || (asText(payload)?.toLowerCase().includes(wanted) ?? false);
}

export type Form = "text" | "json" | "hex";

/** A payload as text; null: it is none (not UTF-8, or with control characters). */
export function asText(payload: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(payload);
    return /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}

/** As JSON in lines; null: it is no object or array. */
export function asJson(payload: Uint8Array): string | null {
  const text = asText(payload)?.trim();
  if (text === undefined || !/^[[{]/.test(text)) return null;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return null;
  }
}

/** Bytes that a dump shows at most. */
const MOST_DUMPED = 4096;
/** Sixteen bytes a line: where, the bytes, and what of it is text. */
export function asHex(payload: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < Math.min(payload.length, MOST_DUMPED); at += 16) {
    const row = [...payload.subarray(at, at + 16)];
    const bytes = row.map((one) => one.toString(16).padStart(2, "0")).join(" ");
    const text = row.map((one) => (one >= 0x20 && one < 0x7f ? String.fromCharCode(one) : ".")).join("");
    lines.push(`${at.toString(16).padStart(4, "0")}  ${bytes.padEnd(47)}  ${text}`);
  }
  if (payload.length > MOST_DUMPED) lines.push(`… ${payload.length - MOST_DUMPED} B`);
  return lines.join("\n");
}

/** The form in which a payload says most. */
export function usualForm(payload: Uint8Array): Form {
  if (asJson(payload) !== null) return "json";
  return asText(payload) === null ? "hex" : "text";
}

/** A payload in a form; in another one where it cannot be that. */
export function inForm(payload: Uint8Array, form: Form): string {
  if (form === "json") return asJson(payload) ?? asText(payload) ?? asHex(payload);
  return (form === "text" ? asText(payload) : null) ?? asHex(payload);
}

/** In one line. */
export function inLine(payload: Uint8Array): string {
  const text = asText(payload);
  if (text !== null) return text.replaceAll(/\s+/g, " ").slice(0, 200);
  return [...payload.subarray(0, 32)].map((one) => one.toString(16).padStart(2, "0")).join(" ");
}
