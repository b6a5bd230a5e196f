import { useRouter } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import css from "./tabs.module.css";

interface Props<Id extends string> {
  /** For readers of screens: what they divide. */
  readonly label: string;
  readonly tabs: readonly {
    readonly id: Id;
    readonly text: string;
    /** How many wait there; 0 and undefined show nothing. */
    readonly badge?: number | undefined;
  }[];
  readonly chosen: Id;
  /** What the address says when a tab is open; the first one is `{}`. */
  readonly search: (id: Id) => Readonly<Record<string, unknown>>;
}

/** Parts of one page, of which one is shown: links to addresses that differ by their search alone. */
export function Tabs<Id extends string>({ label, tabs, chosen, search }: Props<Id>) {
  const router = useRouter();
  const list = useRef<HTMLElement>(null);
  useCutEdges(list, chosen);
  return (
    <nav ref={list} className={css.tabs} aria-label={label}>
      {tabs.map(({ id, text, badge = 0 }) => {
        const to = { to: ".", search: search(id) } as const;
        return (
          <a
            key={id}
            data-tab={id}
            href={router.buildLocation(to).href}
            // the router would call all of them the open page
            aria-current={id === chosen ? "page" : undefined}
            onClick={(event) => {
              if (event.metaKey || event.ctrlKey || event.shiftKey) return;
              event.preventDefault();
              void router.navigate(to);
            }}
          >
            {text}
            {badge > 0 && <span className={css.badge}>{badge}</span>}
          </a>
        );
      })}
    </nav>
  );
}

/** Marks the sides on which there is more than is seen, and brings the chosen tab into sight. */
function useCutEdges(list: { readonly current: HTMLElement | null }, chosen: string): void {
  useEffect(() => {
    const element = list.current;
    if (element === null) return;
    const look = () => {
      const { scrollLeft, scrollWidth, clientWidth } = element;
      element.toggleAttribute("data-before", scrollLeft > 1);
      element.toggleAttribute("data-after", scrollLeft + clientWidth < scrollWidth - 1);
    };
    const sizes = new ResizeObserver(look);
    sizes.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [list]);
  // the page is not moved by it: sideways alone
  useEffect(() => {
    const element = list.current;
    const open = element?.querySelector<HTMLElement>(`[data-tab="${CSS.escape(chosen)}"]`);
    if (element && open) element.scrollLeft = open.offsetLeft - (element.clientWidth - open.offsetWidth) / 2;
  }, [list, chosen]);
}
