import type { ReactNode } from "react";
import { useText } from "../text/index.ts";
import { CopyButton } from "./copy-button.tsx";
import css from "./parts.module.css";

interface Props {
  /** One sentence: what will be here. */
  readonly children: ReactNode;
  /** The one button that makes it so. */
  readonly action?: ReactNode;
  /** One line of code, where code makes it so. */
  readonly code?: string;
}

/** What stands where there is nothing yet. */
export function EmptyState({ children, action, code }: Props) {
  const t = useText().common;
  return (
    <div className={css.empty}>
      <p>{children}</p>
      {action}
      {code !== undefined && (
        <div className={css.emptyCode}>
          <code>{code}</code>
          <CopyButton text={code} what={t.example} />
        </div>
      )}
    </div>
  );
}
