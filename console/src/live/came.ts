import type { InspectorEvent } from "./inspector.ts";

/** How a client came, in words: "encrypted, TLS 1.3". Null: the event does not say. @param words for each transport */
export function cameBy(
  { transport, tls }: Pick<InspectorEvent, "transport" | "tls">,
  words: Readonly<Record<NonNullable<InspectorEvent["transport"]>, string>>,
): string | null {
  if (transport === null) return null;
  return tls === null ? words[transport] : `${words[transport]}, ${tls.replace(/^TLSv/, "TLS ")}`;
}
