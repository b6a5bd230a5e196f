/**
 * What one tab of this browser tells the others: they have one cookie, so who signs out at one is gone from all of them, and what is
 * chosen at one is chosen at all.
 */
export type Told =
  | { readonly kind: "signed_out" }
  /** A page of who is signed in was opened. */
  | { readonly kind: "here"; readonly email: string }
  /** Theme, language, columns or saved views are others now. */
  | { readonly kind: "preferences" };

let channel: BroadcastChannel | null = null;
function theChannel(): BroadcastChannel | null {
  if (channel === null && typeof BroadcastChannel !== "undefined") channel = new BroadcastChannel("fieldcast");
  return channel;
}

/** Tells all other tabs of the console in this browser. */
export function tellTabs(told: Told): void {
  theChannel()?.postMessage(told);
}
/** Hears what other tabs tell. @returns takes it back */
export function onTold(hear: (told: Told) => void): () => void {
  const take = ({ data }: MessageEvent<Told>) => hear(data);
  theChannel()?.addEventListener("message", take);
  return () => theChannel()?.removeEventListener("message", take);
}
