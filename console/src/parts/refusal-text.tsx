import { useLayoutEffect, useState } from "react";
import { ApiProblem, type BadValue } from "../api/problem.ts";
import { useLanguage, useText } from "../text/index.ts";

/** Values that are named; more are too many to read. */
const MOST = 10;
/** What these mean their text says whole: the server's own sentence would add nothing. */
const WHOLE: ReadonlySet<string> = new Set([
  ...["sign_in_failed", "sign_in_needed", "second_factor_needed", "password_needed", "unknown_token", "expired_token"],
  ...["link_over", "cross_site", "internal_error", "changed_meanwhile", "precondition_required", "last_owner"],
]);

/** What was refused in words: in other languages than the server's its text by the code, with the server's sentence where that says more. */
export default function RefusalText({ error }: { readonly error: Error }) {
  const t = useText();
  if (!(error instanceof ApiProblem)) return <p>{error instanceof TypeError ? t.common.notReached : error.message}</p>;
  return error.errors.length > 0 ? <Values problem={error} /> : <Sentence problem={error} />;
}

function Sentence({ problem: { code, message, retryAfter } }: { readonly problem: ApiProblem }) {
  const { refusals } = useText();
  const own = useLanguage() === "en" ? undefined : refusals?.codes[code ?? ""];
  if (own === undefined) return <p>{message}</p>;
  return (
    <>
      <p>
        {own} {retryAfter !== null && refusals.again(retryAfter)}
      </p>
      {!WHOLE.has(code ?? "") && (
        <p className="quiet small" lang="en">
          {message}
        </p>
      )}
    </>
  );
}

/** Single values: those that no field of the form says already, with where they are. */
function Values({ problem }: { readonly problem: ApiProblem }) {
  const { refusals } = useText();
  const [left, setLeft] = useState<readonly BadValue[]>(problem.errors);
  // the fields of the form have asked for theirs by then
  useLayoutEffect(() => setLeft(problem.untold()), [problem]);
  if (refusals === undefined) return <p>{problem.message}</p>;
  const [only] = left;
  if (left.length === 1 && only?.path === "" && problem.errors.length === 1)
    return <p>{refusals.voice(only.message)}</p>;
  return (
    <>
      <p>{left.length === 0 ? refusals.marked : refusals.values}</p>
      {left.length > 0 && (
        <ul>
          {left.slice(0, MOST).map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              {path !== "" && <code>{path}</code>} {refusals.voice(message)}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
