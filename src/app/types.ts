import type { Operations } from "../admin/operations.ts";
import type { ListenerAddress } from "../admin/types.ts";
import type { ChildLog } from "../base/log.ts";
import type { Config, SettingInForce } from "../config/settings.ts";
import type { Plan } from "../fleet/plan.ts";

export interface ServerOptions {
  readonly config: Config;
  /** The same, with where each setting comes from, for people. */
  readonly settings?: readonly SettingInForce[];
  readonly log: ChildLog;
  /** For a command that needs the engine while no server runs: no first user or product is made. */
  readonly headless?: boolean;
  /** What is done while it stands by. */
  readonly waits?: Waits;
}

/** A server that stands by. */
export interface Waits {
  /** Ends the wait. */
  readonly signal: AbortSignal;
  /** Hears who is active, when that is known and whenever it changes. */
  told(standby: { readonly active: string; readonly addresses: readonly ListenerAddress[] }): void;
}

/** A server that takes connections. */
export interface RunningServer {
  readonly addresses: readonly ListenerAddress[];
  /** Only until a start has shown it. */
  readonly firstRun: { readonly email: string; readonly token: string; readonly workspace: string } | null;
  /** Where the first owner sets address and password, once; its path, or with --public-url all of it. Null: not needed. */
  readonly setupLink: string | null;
  /** Tokens in place of those that an earlier start made and did not show. */
  readonly renewed: readonly { readonly owner: string; readonly token: string }[];
  /** To be called when the tokens of this start were printed: later starts have none to show. */
  secretsShown(): void;
  /** The local CA's certificate; null with an operator's certificate. */
  readonly caFile: string | null;
  /** What `--apply` did; null without it. */
  readonly applied: Pick<Plan, "lines" | "newTokens"> | null;
  readonly warnings: readonly string[];
  /** Resolves when another server has the store: this process is to end without another word. */
  readonly lost: Promise<void>;
  /** Ends gracefully: what was received is stored and acknowledged first. */
  stop(reason: string): Promise<void>;
  /** What the commands reach over the control socket. */
  readonly control: Operations;
}
