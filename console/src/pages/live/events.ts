import type { InspectorEvent } from "../../live/inspector.ts";

/** Events that are kept on the page; a browser has no use for more. */
export const KEPT = 500;

/** An event with an identity of its own in the list. */
export interface Listed {
  readonly key: number;
  readonly event: InspectorEvent;
}

const REFUSALS: ReadonlySet<InspectorEvent["kind"]> = new Set(["refused", "login_refused", "connection_refused"]);

export function isRefusal({ kind }: InspectorEvent): boolean {
  return REFUSALS.has(kind);
}

/** Whether a text stands in what an event is about; upper or lower case. */
export function fits(event: InspectorEvent, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return true;
  const { topic, device, account, client_id, address, code, message } = event;
  return [topic, device, account?.name, client_id, address, code, message].some(
    (one) => one?.toLowerCase().includes(wanted) === true,
  );
}

/** Of the workspace, or of none: logins that were refused have no account whose workspace it could be. */
export function isOf({ workspace }: InspectorEvent, slug: string): boolean {
  return workspace === null || workspace === slug;
}

/** The product, device and field that a publish topic names; null: it is none. */
export function namesOf(topic: string | null): { product: string; device: string; field: string } | null {
  const [prefix = "", product = "", device = "", field = "", ...more] = topic?.split("/") ?? [];
  if (!prefix.endsWith("-pub") || product === "" || device === "" || field === "" || more.length > 0) return null;
  return { product, device, field };
}

/** The identifier that a field of this name in a topic has; null: none can. */
export function fieldIdOf(level: string): string | null {
  const id = level.toUpperCase().replace(/[^A-Z0-9]+/g, "_");
  return /^[A-Z][A-Z0-9_]{0,63}$/.test(id) && id === level ? id : null;
}

/** The type that suits a payload. */
export function typeOf(payload: string | null): "NUMERIC" | "BOOL" | "STRING" {
  const text = payload?.trim() ?? "";
  if (/^(?:true|false)$/i.test(text)) return "BOOL";
  return text !== "" && Number.isFinite(Number(text)) ? "NUMERIC" : "STRING";
}
