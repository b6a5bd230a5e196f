import { AlertIcon } from "@primer/octicons-react";
import { ApiProblem } from "../../../api/problem.ts";
import { useText } from "../text.ts";
import css from "../dashboard.module.css";

/** Why a widget shows nothing, in its place. */
export function Note({ error, missing }: { readonly error: Error | null; readonly missing?: string | undefined }) {
  const t = useText().dashboards;
  if (missing === undefined && error === null) return null;
  const gone = error instanceof ApiProblem && error.status === 404;
  return (
    <p className={css.note} role="status">
      <AlertIcon size={14} aria-hidden />
      <span>{missing !== undefined ? t.noField(missing) : gone ? t.notSeen : (error?.message ?? "")}</span>
    </p>
  );
}
