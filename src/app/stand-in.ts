import { CATALOGUE, Refusal } from "../base/errors.ts";
import type { openIntegrations } from "./integrations.ts";

/** What is done for all: by integrations, and to addresses and devices elsewhere. */
export type Integrations = Awaited<ReturnType<typeof openIntegrations>>;

/** What of that the rest of a server asks. */
export interface AskedParts
  extends Pick<
    Integrations,
    | "inbound"
    | "passes"
    | "suggestions"
    | "stopped"
    | "tryOut"
    | "webhooks"
    | "alerts"
    | "brokers"
    | "sparkplug"
    | "rules"
  > {
  readonly downlinks: Pick<Integrations["downlinks"], "port">;
}

/**
 * The parts before this node has them, and when it has: whoever asks one of them in between is refused.
 * @param parts null: another node has them @param duty which one; 0: none has yet
 */
export function standIns(parts: () => Integrations | null, duty: () => number): AskedParts {
  const of = (): Integrations => {
    const there = parts();
    if (there === null) throw elsewhere(duty());
    return there;
  };
  return {
    inbound: standIn(() => of().inbound),
    passes: standIn(() => of().passes),
    suggestions: standIn(() => of().suggestions),
    stopped: standIn(() => of().stopped),
    tryOut: standIn(() => of().tryOut),
    webhooks: standIn(() => of().webhooks),
    alerts: standIn(() => of().alerts),
    brokers: standIn(() => of().brokers),
    sparkplug: standIn(() => of().sparkplug),
    rules: standIn(() => of().rules),
    downlinks: { port: standIn(() => of().downlinks.port) },
  };
}

/** HTTP passes such questions on before anybody meets this; commands do not. */
function elsewhere(duty: number): Refusal {
  if (duty === 0) return new Refusal("node_unreachable", CATALOGUE.node_unreachable.title);
  const how = "give the command there (fieldcast node list says where that is), or use the HTTP API of any node";
  return new Refusal("node_unreachable", `Node ${duty} does this, or is about to: ${how}.`);
}

/** Stands for something that comes later. */
function standIn<T extends object>(of: () => T): T {
  // all that is asked of it is asked of what comes later
  return new Proxy({} as T, {
    get(_, name) {
      const there = of();
      const value: unknown = Reflect.get(there, name, there);
      return typeof value === "function" ? value.bind(there) : value;
    },
  });
}
