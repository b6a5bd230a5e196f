import { errorText, Refusal } from "../base/errors.ts";
import type { ListenerPlan } from "./plan.ts";
import { collides, holderOf, systemListeners } from "./holders.ts";

/** How many ports above a taken one are looked at for one that is free. */
const NEARBY = 20;

/**
 * Whether the ports of all listeners can be opened; each is opened and closed again, before anything else is done.
 * @throws Refusal invalid_config: a line for each that cannot be opened, with who has it and the flag that moves it
 */
export function probePorts(plans: readonly ListenerPlan[]): void {
  const lines = plans.flatMap((plan) => {
    const error = plan.port === 0 ? null : openOnce(plan);
    return error === null ? [] : [listenFailure(plan, error, plans)];
  });
  if (lines.length > 0) throw new Refusal("invalid_config", lines.join("\n"));
}

/** Why it cannot be opened; null: it can. */
function openOnce({ host, port }: Pick<ListenerPlan, "host" | "port">): unknown {
  // a machine without IPv6 has no "all interfaces" of both kinds
  for (const hostname of host === "::" ? ["::", "0.0.0.0"] : [host]) {
    try {
      Bun.listen({ hostname, port, socket: { data() {} } }).stop(true);
      return null;
    } catch (error) {
      if (hostname !== "::" || !NO_SUCH_KIND.has(codeOf(error))) return error;
    }
  }
  return null;
}
/** What systems say of an address of a kind that they do not have. */
export const NO_SUCH_KIND: ReadonlySet<string> = new Set(["EAFNOSUPPORT", "EADDRNOTAVAIL", "EINVAL"]);

function codeOf(error: unknown): string {
  return (error as { code?: string } | null)?.code ?? "";
}

/** One line for a listener that cannot be opened: which, why, and what to do. @param all the listeners that are wanted */
export function listenFailure(plan: ListenerPlan, error: unknown, all: readonly ListenerPlan[]): string {
  return `--${plan.name} ${shown(plan)}: ${reason(error, plan, all)}`;
}
function shown({ host, port }: Pick<ListenerPlan, "host" | "port">): string {
  return host === "::" ? `:${port}` : host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
function reason(error: unknown, plan: ListenerPlan, all: readonly ListenerPlan[]): string {
  const code = codeOf(error);
  if (code === "EADDRINUSE") {
    const taken = systemListeners()?.find((one) => one.port === plan.port && collides(plan.host, one));
    const who = taken === undefined ? "another program" : holderOf(taken);
    return `the port is taken by ${who}; stop that, or take another port: --${plan.name} ${shown(freeNear(plan, all))}`;
  }
  if (code === "EACCES") return "this user may not open the port; choose one above 1023";
  if (code === "EADDRNOTAVAIL") return "this machine has no such address";
  return errorText(error);
}

/** The next port that is free and that no other listener wants; the system's choice where there is none. */
function freeNear({ host, port }: ListenerPlan, all: readonly ListenerPlan[]): Pick<ListenerPlan, "host" | "port"> {
  const wanted = new Set(all.map((plan) => plan.port));
  for (let other = port + 1; other <= Math.min(port + NEARBY, 65_535); other++)
    if (!wanted.has(other) && openOnce({ host, port: other }) === null) return { host, port: other };
  return { host, port: 0 };
}
