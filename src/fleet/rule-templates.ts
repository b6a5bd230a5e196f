import { errorText } from "../base/errors.ts";
import { isTopicName } from "../topic/names.ts";
import { parseTemplate } from "../templates/template.ts";
import type { RuleAction, RuleAlert } from "./rule-action-rows.ts";

/** The templates of a rule's actions: which there are, and what is wrong with them when a rule is saved. */

/** What is wrong; `path`: as the API and the fleet file call the property. */
export interface ActionProblem {
  readonly path: string;
  readonly message: string;
}

/** The templates of an action, by the property that has them. */
export function templatesOf(action: RuleAction): Readonly<Record<string, string>> {
  switch (action.type) {
    case "email":
      return { subject: action.subject, text: action.text };
    case "webhook":
      return {
        ...(action.body !== null && { body: action.body }),
        ...Object.fromEntries(Object.entries(action.headers).map(([name, text]) => [`headers.${name}`, text])),
      };
    case "message":
      return { topic: action.topic, payload: action.payload };
    case "field":
      return { value: action.value };
    case "downlink":
      return Object.fromEntries(Object.entries(action.values).map(([name, text]) => [`values.${name}`, text]));
    case "notification":
      return { text: action.text };
    default:
      return action satisfies never;
  }
}

/** What is known of a rule's templates when it is saved. */
interface TemplateScope {
  /** Whether its devices have a field. */
  hasField(id: string): boolean;
  /** false: it fires for no device, as one with a schedule may. */
  readonly hasDevice: boolean;
  /** The value that it fires by; a number when absent. */
  readonly value?: unknown;
  /** Whether a topic lies outside those of the platform; absent: nobody knows. */
  readonly isFree?: (topic: string) => boolean;
}

/**
 * Renders each template once, with a sample, so that what is misspelt is told when a rule is saved.
 * @param path of the list of actions, and of the alert
 */
export function actionProblems(
  actions: readonly RuleAction[],
  alert: RuleAlert | null,
  scope: TemplateScope,
): readonly ActionProblem[] {
  const problems: ActionProblem[] = [];
  const tried = (path: string, text: string): string | null => {
    try {
      return parseTemplate(text).render(sampleFor(text, scope));
    } catch (error) {
      problems.push({ path, message: `${errorText(error)} (tried with a sample)` });
      return null;
    }
  };
  if (alert !== null) tried("alert.text", alert.text);
  for (const [i, action] of actions.entries()) {
    const at = `actions[${i}]`;
    for (const [key, text] of Object.entries(templatesOf(action))) {
      const rendered = tried(`${at}.${key}`, text);
      const problem = rendered === null || key !== "topic" ? null : topicProblem(rendered, scope);
      if (problem !== null) problems.push({ path: `${at}.topic`, message: problem });
    }
  }
  return problems;
}

/** Why nothing can be published on a topic; null: nothing stands against it. */
function topicProblem(topic: string, { isFree }: Pick<TemplateScope, "isFree">): string | null {
  if (!isTopicName(topic) || topic.startsWith("$"))
    return "It is no topic that can be published on: no +, no #, and no $ at its beginning.";
  return isFree?.(topic) === false
    ? 'This topic is the platform\'s own. To write a field of a device there is the action "field".'
    : null;
}

const DEVICE = {
  id: "000001",
  name: "A device",
  serial: "A1",
  product: "my-product",
  tags: ["hall"],
  url: "https://cloud.example.com/console",
} as const;

/** What a template sees: of the fields those that it names and that are there. */
function sampleFor(text: string, { hasField, hasDevice, value = 21.5 }: TemplateScope): Record<string, unknown> {
  const named = [...text.matchAll(/\bvalues\.([A-Za-z0-9_]+)/g)].map(([, name]) => name ?? "").filter(hasField);
  const values = Object.fromEntries(named.map((name) => [name, value]));
  const device = hasDevice ? { device: DEVICE } : {};
  const event = { event: "fired", value, unit: "°C", field: "TEMPERATURE", values, ...device, ...SAMPLE_TIME };
  return {
    ...event,
    rule: "A rule",
    workspace: "home",
    severity: "warning",
    alert: 1,
    text: "An alert",
    count: 1,
    events: [event],
    devices: hasDevice ? [DEVICE] : [],
  };
}
const SAMPLE_TIME = { time: "2026-01-01T12:00:00Z", timestamp: 1_767_268_800 } as const;
