import { useEffect, useState } from "react";
import { type FreeTopic, FreeStore, type ToldTopic } from "./free-store.ts";

const AGAIN_MS = 2000;

/** @property begun what is retained was told @property some not all that is retained; there is more than is told */
interface FreeTopicsView {
  readonly topics: readonly FreeTopic[];
  readonly left: number;
  readonly begun: boolean;
  readonly some: boolean;
}
const NOTHING: FreeTopicsView = { topics: [], left: 0, begun: false, some: false };

/**
 * The free topics that one may hear, as they are used, while the component is there.
 * @param wanted whether to listen at all
 */
export function useFreeTopics(wanted: boolean): FreeTopicsView {
  const [view, setView] = useState(NOTHING);
  useEffect(() => {
    if (!wanted) return;
    const store = new FreeStore();
    let begun = false;
    let some = false;
    let fresh = false;
    let stream: EventSource | null = null;
    let again: ReturnType<typeof setTimeout> | undefined;
    // a page in the background draws nothing
    const show = () => {
      fresh = document.hidden;
      if (!fresh) setView({ topics: store.list, left: store.left, begun, some });
    };
    const hears = {
      topics: ({ topics }: { topics: readonly ToldTopic[] }) => store.hear(topics, performance.now()),
      lost: ({ messages }: { messages: number }) => store.lose(messages),
      retained: ({ more }: { more: boolean }) => {
        begun = true;
        some = more;
      },
    };
    const open = () => {
      stream = new EventSource("/api/v1/topics/live");
      // each stream begins with all that is retained
      stream.onopen = () => {
        store.clear();
        begun = false;
      };
      stream.onerror = () => {
        // it comes back by itself from a lost connection, and not from an answer that is no stream
        if (stream?.readyState === EventSource.CLOSED) again = setTimeout(open, AGAIN_MS);
      };
      for (const [name, hear] of Object.entries(hears))
        stream.addEventListener(name, ({ data }: MessageEvent<string>) => {
          hear(JSON.parse(data));
          show();
        });
    };
    open();
    const timer = setInterval(() => {
      if (store.tick(performance.now()) || fresh) show();
    }, 1000);
    return () => {
      clearInterval(timer);
      clearTimeout(again);
      stream?.close();
      setView(NOTHING);
    };
  }, [wanted]);
  return view;
}
