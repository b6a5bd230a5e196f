import type { Outlet } from "./outlet.ts";
import type { Group } from "./sharing.ts";
import type { Subscription } from "./subscription.ts";

/** A session's part in a shared subscription. */
export class Member {
  ids: readonly number[] | null = null;
  /** The RETAIN flag of what it is sent next at QoS 0. */
  retain = false;

  constructor(
    readonly group: Group,
    public subscription: Subscription,
  ) {
    this.become(subscription);
  }
  /** The subscription was made again, with other options. */
  become(subscription: Subscription): void {
    this.subscription = subscription;
    this.ids = subscription.identifier > 0 ? [subscription.identifier] : null;
  }
  get outlet(): Outlet {
    return this.subscription.outlet;
  }
  get qos(): 0 | 1 | 2 {
    return this.subscription.qos;
  }
  get v5(): boolean {
    return this.outlet.version === 5;
  }
}
