import type { Clock } from "../../base/types.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Attempt, Post } from "./attempt.ts";
import type { Rendered } from "./forms.ts";

/** What a webhook needs around it. */
export interface HookHost {
  readonly clock: Clock;
  readonly post: Post;
  /** From 0 to 1. */
  chance(): number;
  later(fn: () => void, ms: number): void;
  /** Slug of its workspace. */
  workspace(): string;
  /** Whether its account may view a device at this moment; null: the account is gone. */
  mayView(): ((device: DeviceNode) => boolean) | null;
  /** A try is over. */
  called(request: Tried, result: Attempt): void;
  /** A request is given up. */
  died(request: Tried, error: string): void;
  /** Nothing is sent any more until somebody says so. */
  pause(reason: string): void;
  switchOff(reason: string): void;
  /** What is to come back after a restart; null: nothing. */
  keep(note: string | null): void;
}
/** A request that was made, as far as others look at it. */
export interface Tried {
  readonly id: string;
  readonly events: number;
  readonly tries: number;
  readonly rendered: Rendered;
}
