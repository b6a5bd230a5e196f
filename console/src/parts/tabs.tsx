import { useRouter } from "@tanstack/react-router";
import css from "./tabs.module.css";

interface Props<Id extends string> {
  /** For readers of screens: what they divide. */
  readonly label: string;
  readonly tabs: readonly { readonly id: Id; readonly text: string }[];
  readonly chosen: Id;
  /** What the address says when a tab is open; the first one is `{}`. */
  readonly search: (id: Id) => Readonly<Record<string, unknown>>;
}

/** Parts of one page, of which one is shown: links to addresses that differ by their search alone. */
export function Tabs<Id extends string>({ label, tabs, chosen, search }: Props<Id>) {
  const router = useRouter();
  return (
    <nav className={css.tabs} aria-label={label}>
      {tabs.map(({ id, text }) => {
        const to = { to: ".", search: search(id) } as const;
        return (
          <a
            key={id}
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
          </a>
        );
      })}
    </nav>
  );
}
