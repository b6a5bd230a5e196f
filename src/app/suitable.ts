import { Refusal } from "../base/errors.ts";
import type { Log } from "../base/types.ts";
import type { Config } from "../config/settings.ts";
import { notedStore } from "../store/note.ts";
import { clocksOfNodes, whyUnsuitable } from "../store/open.ts";
import type { ClockNote } from "./clock.ts";
import { clockNoteOf } from "./clock-note.ts";
import type { Waits } from "./types.ts";

/** How long a PostgreSQL that cannot be reached is left alone before it is asked again, ms. */
const AGAIN_MS = 2000;

/** A wait that nobody ends, and nobody hears of. */
export const FOR_EVER: Waits = { signal: new AbortController().signal, told() {} };

type Wish = Pick<Config, "standby" | "unreplicatedOk"> & { readonly shared: boolean };

/**
 * A PostgreSQL that cannot be reached is waited for; one that would lose what was acknowledged is refused.
 * @throws Refusal invalid_config; the signal's reason
 */
export async function suitable(address: string, wish: Wish, log: Log, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const why = await whyUnsuitable(address, Date.now(), wish);
    if (why === null) return;
    if (why.code === "invalid_config") throw why;
    log.warn({ error: why.message }, "PostgreSQL cannot be asked yet");
    await Bun.sleep(AGAIN_MS);
  }
}

/**
 * A server that is to share its store: the settings fit, and PostgreSQL is there; a node that ended because it was not comes back by itself.
 * @returns the clocks of another node, with which it goes on; null: none are noted @throws Refusal invalid_config; the signal's reason
 */
export async function beforeEntering(
  config: Config,
  log: Log,
  { signal }: Waits = FOR_EVER,
): Promise<ClockNote | null> {
  const address = config.store ?? notedStore(config.data);
  if (address === null)
    throw new Refusal("invalid_config", "--cluster needs a store that other servers have, too: --store postgres://…");
  if (config.standby)
    throw new Refusal(
      "invalid_config",
      "--cluster and --standby: a server is active among others, or it waits; take one away",
    );
  await suitable(address, { ...config, shared: true }, log, signal);
  return clockNoteOf(await clocksOfNodes(address));
}
