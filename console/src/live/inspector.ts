import { useEffect, useRef } from "react";
import type { Event } from "../../../sdk/operations.js";

export type InspectorEvent = Event;
/** What is watched: the parameters of `GET /api/v1/inspect/live`. */
export interface Watched {
  /** `<product>/<id>` */
  readonly device?: string;
  /** Its name, or its key. */
  readonly account?: string;
  readonly kind?: InspectorEvent["kind"];
}

const KINDS: readonly InspectorEvent["kind"][] = [
  ...(["accepted", "refused", "login_refused", "opened", "closed", "clock", "subscribed"] as const),
  ...(["connection_refused", "downlink", "pass"] as const),
];
const AGAIN_MS = 2000;

/**
 * What clients and requests do, as it happens (docs/live.md "Events"), while the component is there. Each open page has one
 * or two of these streams: browsers have six connections for one server.
 * @param watched null: nothing is watched
 * @param hear each event; @param state whether the stream is open
 */
export function useInspector(
  watched: Watched | null,
  hear: (event: InspectorEvent) => void,
  state?: (open: boolean) => void,
): void {
  const latest = useRef({ hear, state });
  latest.current = { hear, state };
  const wish = watched === null ? null : new URLSearchParams({ ...watched }).toString();
  useEffect(() => {
    if (wish === null) return;
    let stream: EventSource | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const open = () => {
      stream = new EventSource(`/api/v1/inspect/live${wish === "" ? "" : `?${wish}`}`);
      stream.onopen = () => latest.current.state?.(true);
      stream.onerror = () => {
        latest.current.state?.(false);
        // it comes back by itself from a lost connection, and not from an answer that is no stream
        if (stream?.readyState !== EventSource.CLOSED) return;
        timer = setTimeout(open, AGAIN_MS);
      };
      for (const kind of KINDS)
        stream.addEventListener(kind, ({ data }: MessageEvent<string>) =>
          latest.current.hear(JSON.parse(data) as InspectorEvent),
        );
    };
    open();
    return () => {
      clearTimeout(timer);
      stream?.close();
      latest.current.state?.(false);
    };
  }, [wish]);
}
