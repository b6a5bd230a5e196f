/** What a rule does when it fires, as its row has it. */

/** How bad it is, the least first: their order is that of the numbers that are stored. */
export const SEVERITIES = ["info", "warning", "error", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** `fired`: it has become true; `repeated`: it is true still; `cleared`: it is true no more. */
export const RULE_EVENTS = ["fired", "repeated", "cleared"] as const;
export type RuleEvent = (typeof RULE_EVENTS)[number];

export const ACTION_TYPES = ["email", "webhook", "message", "field", "downlink", "notification"] as const;
export type ActionType = (typeof ACTION_TYPES)[number];

interface Base {
  /** On what it is done; not empty. */
  readonly on: readonly RuleEvent[];
}
/** A mail by the server's SMTP settings. Templates: subject, text. */
export interface EmailAction extends Base {
  readonly type: "email";
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** Seconds that one gathers what else happens, of other devices too; 0: each has a mail of its own. */
  readonly digest: number;
}
/** A POST. Templates: body, values of headers; body null: all that templates know, as JSON. */
export interface WebhookAction extends Base {
  readonly type: "webhook";
  readonly url: string;
  /** Their values may be secret. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** `whsec_` and base64: signed by Standard Webhooks; null: not signed. */
  readonly secret: string | null;
}
/** An MQTT message on a free topic. Templates: topic, payload. */
export interface MessageAction extends Base {
  readonly type: "message";
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}
/** Writes a field of a device. Template: value. */
export interface FieldAction extends Base {
  readonly type: "field";
  /** uid; null: the device that the rule fired for. */
  readonly device: number | null;
  readonly field: string;
  readonly value: string;
}
/** A downlink of the device's product. Templates: values, for its encoder. */
export interface DownlinkAction extends Base {
  readonly type: "downlink";
  /** uid; null: the device that the rule fired for. */
  readonly device: number | null;
  readonly downlink: string;
  readonly values: Readonly<Record<string, string>>;
}
/** A notification in the console. Template: text. */
export interface NotificationAction extends Base {
  readonly type: "notification";
  readonly text: string;
}
export type RuleAction =
  | EmailAction
  | WebhookAction
  | MessageAction
  | FieldAction
  | DownlinkAction
  | NotificationAction;

/** The alert that a rule opens. */
export interface RuleAlert {
  readonly severity: Severity;
  /** Template. */
  readonly text: string;
  /** Whether it closes by itself when the rule is true no more. */
  readonly closes: boolean;
}
