import { type ReactNode, useEffect, useState } from "react";
import { useText } from "../text/index.ts";
import { usePageName } from "./page-name.ts";
import css from "./parts.module.css";

interface Props {
  readonly title: ReactNode;
  /** Behind the title: a state, the age. */
  readonly about?: ReactNode;
  /** Buttons at the right; the first is what one comes for. */
  readonly actions?: ReactNode;
  /** As wide as the window: tables and dashboards. */
  readonly wide?: boolean;
  /** As high as the window: what is in it scrolls by itself. */
  readonly fill?: boolean;
  readonly children: ReactNode;
}

/** The frame of every page: title, actions, content. */
export function Page({ title, about, actions, wide = false, fill = false, children }: Props) {
  usePageName(typeof title === "string" ? title : null);
  return (
    <div className={css.page} data-wide={wide || undefined} data-fill={fill || undefined}>
      <header className={css.pageHead}>
        <h1>{title}</h1>
        {about}
        {actions !== undefined && <div className={css.pageActions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** The layout of what is being fetched, after 150 ms; what comes sooner shows nothing in between. @param props.rows how many lines it has */
export function Skeleton({ rows = 3 }: { readonly rows?: number }) {
  const t = useText().common;
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 150);
    return () => clearTimeout(timer);
  }, []);
  if (!late) return null;
  return (
    <div className={css.skeleton} role="status" aria-label={t.loading}>
      {Array.from({ length: rows }, (_, n) => (
        // they have no identity of their own, and never move
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <div key={n} />
      ))}
    </div>
  );
}
