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
