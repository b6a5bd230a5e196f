import { type RefObject, useEffect, useRef, useState } from "react";

/** The size of an element, px; it follows. */
export function useSize(): [RefObject<HTMLDivElement | null>, { readonly width: number; readonly height: number }] {
  const place = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const { current } = place;
    if (current === null) return;
    const watch = new ResizeObserver(() => {
      const next = { width: current.clientWidth, height: current.clientHeight };
      setSize((before) => (before.width === next.width && before.height === next.height ? before : next));
    });
    watch.observe(current);
    return () => watch.disconnect();
  }, []);
  return [place, size];
}
