import { Button } from "@mantine/core";
import { AlertIcon } from "@primer/octicons-react";
import { lazy, type ReactNode, Suspense } from "react";
import { ApiProblem } from "../api/problem.ts";
import { useText } from "../text/index.ts";
import css from "./parts.module.css";

// what cannot be loaded must not take the page along: then the server's own sentence stands there
const RefusalText = lazy(() => import("./refusal-text.tsx").catch(() => ({ default: Plain })));
const WhoGives = lazy(() => import("./who-gives.tsx"));
const ChangedMeanwhile = lazy(() => import("./changed-meanwhile.tsx"));

interface Props {
  /** What a query or a mutation failed with; null or undefined: nothing is shown. */
  readonly error: Error | null | undefined;
  /** Shown as a button. */
  readonly again?: () => void;
  /** Other ways out: buttons that mend it. */
  readonly children?: ReactNode;
}

/** What was refused, at the place where it was asked for: what is wrong, what to do, and how to try again. It stays until it is solved. */
export function RefusalNote({ error, again, children }: Props) {
  const t = useText().common;
  if (error === null || error === undefined) return null;
  const isConflict = error instanceof ApiProblem && error.code === "changed_meanwhile";
  return (
    <div className={css.refusal} role="alert">
      <AlertIcon size={16} aria-hidden />
      <div>
        <Suspense>
          <RefusalText error={error} />
          {error instanceof ApiProblem && error.code === "not_permitted" && <WhoGives />}
        </Suspense>
        {(again !== undefined || children !== undefined || isConflict) && (
          <div className={css.refusalActions}>
            {children}
            {isConflict && (
              <Suspense>
                <ChangedMeanwhile />
              </Suspense>
            )}
            {again && (
              <Button variant="default" onClick={again}>
                {t.tryAgain}
              </Button>
            )}
          </div>
        )}
      </div>
    </div>
  );
}

function Plain({ error }: { readonly error: Error }) {
  const t = useText().common;
  return <p>{error instanceof TypeError ? t.notReached : error.message}</p>;
}
