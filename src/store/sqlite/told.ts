/** What people are told of a migration step. */
export interface StepTold {
  /** What it does, in a few words that follow the name of a file: "adds webhooks". */
  readonly does: string;
  /** It changes what is stored already, as much as there is; others only make room for what is new, in a moment. */
  readonly rewrites?: true;
}
