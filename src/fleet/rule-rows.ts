import type { RuleDefinition } from "../rules/types.ts";
import type { RuleAction, RuleAlert } from "./rule-action-rows.ts";
import type { WebhookAccount } from "./webhook-rows.ts";

/** Which devices a rule is about: those that fulfil every list that is not empty. uids; tags as they are written. */
export interface RuleScope {
  readonly products: readonly number[];
  readonly devices: readonly number[];
  readonly tags: readonly string[];
}

/** A rule: when something is so, something is done. */
export interface Rule {
  readonly uid: number;
  readonly workspace: number;
  readonly name: string;
  readonly description?: string | undefined;
  readonly scope: RuleScope;
  readonly definition: RuleDefinition;
  /** Whose rights it has: what they may not view it does not see. Both null: whoever has the data folder. */
  readonly account: WebhookAccount;
  /** What is done when it fires, in this order. */
  readonly actions: readonly RuleAction[];
  /** The alert that it opens; undefined: none. */
  readonly alert?: RuleAlert | undefined;
  /** Off: it is not looked at, and remembers nothing. */
  readonly active: boolean;
  /** Until this time (µs) its actions do not run. */
  readonly snoozed?: number | undefined;
  /** µs */
  readonly created: number;
}
