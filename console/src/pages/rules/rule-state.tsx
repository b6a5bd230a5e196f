import type { Rule } from "../../../../sdk/operations.js";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";

const KINDS = { active: "ok", broken: "bad", off: "away" } as const;

export function RuleState({ rule }: { readonly rule: Rule }) {
  const words = useText().rules;
  return <Status kind={KINDS[rule.state]}>{words.states[rule.state]}</Status>;
}
