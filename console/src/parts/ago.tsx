import { useSyncExternalStore } from "react";
import { serverNow } from "../api/clock.ts";
import { useText } from "../text/index.ts";
import { agoText, exactText, spanText } from "./ago-text.ts";

/** One clock for everything that ages on a page; it stands still while nobody looks. */
const ticking = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
function everySecond(tell: () => void): () => void {
  ticking.add(tell);
  timer ??= setInterval(() => {
    if (!document.hidden) for (const one of ticking) one();
  }, 1000);
  return () => {
    ticking.delete(tell);
    if (ticking.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Something that follows from the time of now; it is drawn again only when it changes. @param of ms since 1970 by the server's clock */
export function useEverySecond<T extends string | number | boolean>(of: (now: number) => T): T {
  return useSyncExternalStore(everySecond, () => of(serverNow()));
}

interface Props {
  /** RFC 3339; null: it never was. */
  readonly time: string | null;
  /** Without "ago": in columns whose head says what the time is. */
  readonly short?: boolean;
  /** Instead of "never". */
  readonly never?: string;
  /** What it is said in: `heard 12 s ago`. */
  readonly say?: (ago: string) => string;
}

/** How long ago something was, kept up to date; the exact time on hover, and for readers of screens. */
export function Ago({ time, short = false, never, say }: Props) {
  const t = useText().time;
  const text = useEverySecond((now) => {
    if (time === null) return never ?? t.never;
    const ms = now - Date.parse(time);
    const ago = short ? spanText(ms, t) : agoText(ms, t);
    return say === undefined ? ago : say(ago);
  });
  if (time === null) return <span className="quiet">{text}</span>;
  return (
    <time dateTime={time} title={exactText(time, t)}>
      {text}
    </time>
  );
}
