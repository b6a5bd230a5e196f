import { Outgoing, sendTo } from "../outgoing/outgoing.ts";
import type { Core } from "./core.ts";

/**
 * Requests to addresses that people chose. None leaves while this server is not sure of its store: another one may do by now what it
 * would do, as after a while in which the machine stood still.
 * @param timeout ms @param maxAnswer bytes
 */
export function outgoingOf(
  {
    config,
    stores,
  }: { readonly config: Pick<Core["config"], "allowOutgoing">; readonly stores: Pick<Core["stores"], "lease"> },
  timeout: number,
  maxAnswer: number,
): Outgoing {
  const limits = { allow: config.allowOutgoing, timeout, maxAnswer };
  const { lease } = stores;
  if (lease === null) return new Outgoing(limits);
  return new Outgoing({
    ...limits,
    async send(...request) {
      if (lease.frozen) throw new Error("this server is not sure of its store, and sends nothing");
      return sendTo(...request);
    },
  });
}
