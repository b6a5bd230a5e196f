import { CopyButton } from "../../parts/copy-button.tsx";
import { useText } from "../../text/index.ts";
import css from "./connect.module.css";
import type { Way } from "./search.ts";
import { snippetsOf } from "./snippets.ts";
import type { Target } from "./target.ts";

interface Props {
  readonly way: Way;
  readonly target: Target;
  readonly hasToken: boolean;
}

/** The code of one way, each piece with its button. */
export function CodePanel({ way, target, hasToken }: Props) {
  const t = useText().connect;
  const steps = t.steps[way];
  return (
    <div className={css.code}>
      {!hasToken && <p className="quiet">{t.tokenFirst}</p>}
      {steps.length > 0 && (
        <ol className={css.how}>
          {steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      )}
      {snippetsOf(way, target).map(({ what, code }) => (
        <figure key={what} className={css.snippet}>
          <figcaption>
            {t.snippets[what]}
            <CopyButton text={code} what={t.snippets[what]} />
          </figcaption>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
          <pre tabIndex={0}>{code}</pre>
        </figure>
      ))}
    </div>
  );
}
