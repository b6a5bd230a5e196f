import { hostname } from "node:os";
import { join } from "node:path";
import { version } from "../../package.json";
import { Refusal } from "../base/errors.ts";
import type { Log } from "../base/types.ts";
import type { Config } from "../config/settings.ts";
import { nodeIdentity, notedStore } from "../store/note.ts";
import { unsuitability, waitForStore } from "../store/open.ts";
import type { StoreLock } from "../store/ports.ts";
import { authorityOf } from "./certificates.ts";
import { SystemClock } from "./clock.ts";
import { clockNoteOf, readClockNote } from "./clock-note.ts";
import type { Undo } from "./core.ts";
import { planListening } from "./listening.ts";
import { lockFolder } from "./lock.ts";
import { checkBefore } from "./preflight.ts";
import type { Waits } from "./types.ts";
import { WaitingRoom } from "./waiting-room.ts";

/** How long a PostgreSQL that cannot be reached is left alone before it is asked again, ms. */
const AGAIN_MS = 2000;

/** A wait that nobody ends, and nobody hears of. */
const FOR_EVER: Waits = { signal: new AbortController().signal, told() {} };

/** What a server has that waited for its store. */
interface Prepared {
  readonly folder: StoreLock;
  readonly clock: SystemClock;
  readonly fleetFile: string | null;
  readonly planned: ReturnType<typeof planListening>;
  readonly room: WaitingRoom;
}

/**
 * Stands by: looks at everything that could stop a start, opens the listeners, and waits until the store is this server's.
 * @throws Refusal as `startServer`; the signal's reason
 */
export async function standBy(config: Config, log: Log, undo: Undo, waits: Waits = FOR_EVER): Promise<Prepared> {
  const folder = await lockFolder(config.data, config.store);
  undo.push(() => folder.release());
  const address = notedStore(config.data);
  if (address === null)
    throw new Refusal("invalid_config", "--standby needs a store that other servers have, too: --store postgres://…");
  const clockFile = join(config.data, "clock");
  const before = new SystemClock(readClockNote(clockFile));
  const fleetFile = checkBefore(config, before, log);
  await suitable(address, config, log, waits.signal);
  const planned = planListening({ config, clock: before, log });
  const room = new WaitingRoom(config, planned, log);
  undo.push(() => room.end());
  const tell = teller(room, log, waits);
  const { clock } = await waitForStore({
    address,
    identity: nodeIdentity(config.data),
    host: hostname(),
    version,
    now: Date.now() * 1000,
    authority: authorityOf(planned.certificates),
    onActive: tell,
    onNotice: (text) => log.warn({}, text),
    signal: waits.signal,
  });
  log.warn({}, "the store is this server's now: it takes over");
  const plans = room.ports(planned.plans);
  const note = clockNoteOf(clock) ?? readClockNote(clockFile);
  return { folder, clock: new SystemClock(note), fleetFile, planned: { ...planned, plans }, room };
}

/** Says once who is active, and again when that changes. */
function teller(room: WaitingRoom, log: Log, waits: Waits): (active: WaitingRoom["active"]) => void {
  let told = "";
  return (active) => {
    room.active = active;
    if (active === null) return;
    const now = `${active.address} ${active.since}`;
    if (now === told) return;
    told = now;
    log.info({ active: active.address, version: active.version }, "standing by: another server is active");
    waits.told({ active: active.address, addresses: room.addresses });
  };
}

/** A PostgreSQL that cannot be reached is waited for; one that would lose what was acknowledged is refused. */
async function suitable(address: string, config: Config, log: Log, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const why = await unsuitability(address, Date.now(), config);
    if (why === null) return;
    if (why.code === "invalid_config") throw why;
    log.warn({ error: why.message }, "PostgreSQL cannot be asked yet");
    await Bun.sleep(AGAIN_MS);
  }
}
