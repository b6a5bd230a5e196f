import { type ReactNode, useEffect } from "react";
import css from "./open-frame.module.css";

/** What stands around the pages of who is not signed in: one card in the middle. */
export function OpenFrame({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · fieldcast`;
  }, [title]);
  return (
    <main className={css.open}>
      <div className={css.card}>
        <p className={css.brand}>
          <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
            <path d="M8 .8 15.2 8 8 15.2.8 8z" />
          </svg>
          fieldcast
        </p>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}
