import { AlertIcon, CheckCircleIcon, CircleIcon, DotFillIcon, XCircleIcon } from "@primer/octicons-react";
import type { ReactNode } from "react";
import css from "./parts.module.css";

/** States that have a colour. Each has an icon of its own shape, and a word beside it. */
export type StatusKind = "ok" | "live" | "warn" | "bad" | "away";
const ICONS = { ok: CheckCircleIcon, live: DotFillIcon, warn: AlertIcon, bad: XCircleIcon, away: CircleIcon };

/** A state: an icon and a word. */
export function Status({ kind, children }: { kind: StatusKind; children: ReactNode }) {
  const Icon = ICONS[kind];
  return (
    <span className={css.status} data-kind={kind}>
      <Icon size={kind === "live" ? 16 : 14} aria-hidden />
      <span>{children}</span>
    </span>
  );
}
