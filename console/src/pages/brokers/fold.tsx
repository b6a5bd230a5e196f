import { type ReactNode, useEffect, useState } from "react";
import css from "./brokers.module.css";

interface Props {
  readonly title: string;
  /** Something in it is to be seen: it is set, or refused. Opens it; what somebody opens or closes stays so. */
  readonly opens: boolean;
  readonly children: ReactNode;
}

/** The part of a form that most leave as it is. */
export function Fold({ title, opens, children }: Props) {
  const [open, setOpen] = useState(opens);
  useEffect(() => {
    if (opens) setOpen(true);
  }, [opens]);
  return (
    <details open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{title}</summary>
      <div className={css.form}>{children}</div>
    </details>
  );
}
