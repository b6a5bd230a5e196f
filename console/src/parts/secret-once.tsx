import type { ReactNode } from "react";
import { Copyable } from "./copy-button.tsx";
import css from "./secret-once.module.css";

interface Props {
  /** What it is: "Token". */
  readonly what: string;
  readonly secret: string;
  /** That it is shown this once, and what to do with it. */
  readonly children: ReactNode;
}

/** A secret that was just made, and is never shown again. */
export function SecretOnce({ what, secret, children }: Props) {
  return (
    <div className={css.once} role="status">
      <strong>{what}</strong>
      <Copyable text={secret} what={what} />
      <p>{children}</p>
    </div>
  );
}
