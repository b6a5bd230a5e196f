/** Figures of single parts, for `Metrics`. */

/** Durable consumers of the feed. */
export interface FeedFigures {
  readonly gaps: number;
  readonly left: number;
  /** Rows, bytes of the log, and µs. */
  lags(): Iterable<
    readonly [name: string, lag: { readonly rows: number; readonly bytes: number; readonly age: number }]
  >;
}

/** A node among several. */
export interface NodeFigures {
  /** Nodes that take part. */
  live(): number;
  /** Whether it does what one does for all. */
  hasDuty(): boolean;
  /** How far it is behind what it knows of the log. */
  readonly lag: { readonly rows: number; readonly seconds: number };
}

/** Alerts, and the actions of rules. */
export class AlertFigures {
  /** Alerts that were opened. */
  opened = 0;
  /** Actions that were done, tries that failed, actions that were given up. */
  readonly actions = { done: 0, failed: 0, given_up: 0 };
  /** Gauges: actions that wait, or are being done; alerts that are not closed. */
  waiting: () => number = () => 0;
  active: () => Iterable<{ readonly severity: string; readonly state: string }> = () => [];
}

/** Rules that are looked at. */
export class RuleFigures {
  /** Looks at devices. */
  looks = 0;
  readonly happened = { fired: 0, repeated: 0, cleared: 0 };
  /** Why no action ran. */
  readonly quiet = { limit: 0, snooze: 0, loop: 0 };
  /** Measurements that came too late, looks that failed. */
  late = 0;
  errors = 0;
}
