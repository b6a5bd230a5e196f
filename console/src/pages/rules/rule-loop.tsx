import type { Rule } from "../../../../sdk/operations.js";
import { Ago } from "../../parts/ago.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import css from "./rules.module.css";

/** That a rule was stopped because what it writes led to itself, and what to do. */
export function RuleLoop({ rule: { loop_stopped: stopped } }: { readonly rule: Rule }) {
  const words = useText().rules;
  if (stopped === null) return null;
  return (
    <div className={css.loop}>
      <Status kind="warn">
        {words.loop} · <Ago time={stopped} />
      </Status>
      <p className="small">{words.loopHow}</p>
    </div>
  );
}
