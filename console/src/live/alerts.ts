import { useEffect, useRef } from "react";
import type { Alert, Notification } from "../../../sdk/operations.js";

const AGAIN_MS = 2000;

interface Hears {
  /** An alert was opened, fired again, or changed. */
  readonly alert: (alert: Alert) => void;
  readonly notification: (notification: Notification) => void;
}

/** Alerts and notifications of a workspace as they come, while the window is seen: browsers have six connections for one server. */
export function useAlerts(workspace: string, hears: Hears): void {
  const latest = useRef(hears);
  latest.current = hears;
  useEffect(() => {
    let stream: EventSource | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const close = () => {
      clearTimeout(timer);
      stream?.close();
      stream = null;
    };
    const open = () => {
      close();
      if (document.visibilityState === "hidden") return;
      const made = new EventSource(`/api/v1/alerts/live?workspace=${encodeURIComponent(workspace)}`);
      stream = made;
      made.onerror = () => {
        if (made.readyState === EventSource.CLOSED) timer = setTimeout(open, AGAIN_MS);
      };
      made.addEventListener("alert", ({ data }: MessageEvent<string>) =>
        latest.current.alert(JSON.parse(data) as Alert),
      );
      made.addEventListener("notification", ({ data }: MessageEvent<string>) =>
        latest.current.notification(JSON.parse(data) as Notification),
      );
    };
    open();
    document.addEventListener("visibilitychange", open);
    return () => {
      document.removeEventListener("visibilitychange", open);
      close();
    };
  }, [workspace]);
}
