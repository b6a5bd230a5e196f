import { errorText } from "../../base/errors.ts";
import type { Happening } from "../../rules/types.ts";
import { parseTemplate } from "../../templates/template.ts";
import type { AlertNeeds } from "./needs.ts";
import { templateValues } from "./values.ts";
import type { ActingRule } from "./types.ts";

/** Characters of what an alert says. */
const MOST_TEXT = 2000;

/** What the alert says. A template that cannot be filled never becomes half a text: then it is the name of the rule. */
export function textOf(needs: AlertNeeds, rule: ActingRule, happening: Happening): string {
  if (rule.alert === null || happening.kind === "cleared") return rule.name;
  const { severity } = rule.alert;
  try {
    const facts = { rule: rule.uid, happening, alert: null, text: rule.name, severity };
    const text = parseTemplate(rule.alert.text).render(templateValues(needs, rule, [facts]));
    return text.trim().slice(0, MOST_TEXT) || rule.name;
  } catch (error) {
    const text = `The text of the alert cannot be filled, so it is the rule's name: ${errorText(error)}`;
    needs.note(rule.uid, { device: happening.device, what: "action_failed", text });
    return rule.name;
  }
}
