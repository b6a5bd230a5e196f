import type { ReactNode } from "react";
import { useId } from "react";
import css from "./parts.module.css";

interface Props {
  readonly title: string;
  /** At the right of the title. */
  readonly actions?: ReactNode;
  /** Without the space around what is in it: for tables and lists. */
  readonly flush?: boolean;
  readonly children: ReactNode;
}

/** A part of a page with a title and a border. */
export function Section({ title, actions, flush = false, children }: Props) {
  const id = useId();
  return (
    <section className={css.section} aria-labelledby={id}>
      <header className={css.sectionHead}>
        <h2 id={id}>{title}</h2>
        {actions}
      </header>
      <div className={flush ? undefined : css.sectionBody}>{children}</div>
    </section>
  );
}

/** Names and values, one line each. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className={css.facts}>{children}</dl>;
}
export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
