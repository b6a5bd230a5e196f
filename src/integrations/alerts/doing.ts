import type { Principal } from "../../auth/principal.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Wish } from "../downlinks/intake.ts";
import type { Post } from "../webhooks/attempt.ts";
import type { AlertOp, StoreOp } from "../../store/ports.ts";
import type { AlertNeeds } from "./needs.ts";
import type { Notification, Task } from "./types.ts";
import type { ActingRule } from "./types.ts";

/** One action that is done, for one happening or several. */
export interface Doing {
  readonly rule: ActingRule;
  /** Whose rights it has. */
  readonly principal: Principal;
  readonly tasks: readonly [Task, ...Task[]];
  /** Says that it was done: what is written here has it in its commit. */
  readonly done: AlertOp;
}

/** Sends mail of rules. */
export interface MailPort {
  /** @throws Error when it could not be handed over */
  send(mail: {
    readonly to: readonly string[];
    readonly subject: string;
    readonly text: string;
    /** The part of the Message-ID before the @. */
    readonly id: string;
  }): Promise<void>;
}

/** Where actions go. */
export interface DoingNeeds extends AlertNeeds {
  readonly post: Post;
  /** null: the server has no SMTP settings. */
  readonly mail: MailPort | null;
  /**
   * Records a value as by MQTT, with an operation in the same commit.
   * @param depth how many writes of rules led to it, this one included
   * @throws Refusal storage_unavailable
   */
  write(
    principal: Principal,
    device: DeviceNode,
    field: string,
    value: string,
    done: StoreOp,
    depth: number,
  ): { readonly refused: string | null; readonly committed: Promise<void> };
  /** Publishes a message on a free topic, into the commit that is being collected; why not, or null. */
  publish(principal: Principal, client: string, topic: string, payload: string, retain: boolean): string | null;
  /** Queues a downlink, with an operation in the same commit. */
  queue(wish: Wish, done: StoreOp): Promise<void>;
  /** Keeps a notification, and tells who follows. */
  notify(notification: Notification): void;
}
