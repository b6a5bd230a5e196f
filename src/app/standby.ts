import { hostname } from "node:os";
import { join } from "node:path";
import { version } from "../../package.json";
import { Refusal } from "../base/errors.ts";
import type { Log } from "../base/types.ts";
import type { Config } from "../config/settings.ts";
import { nodeIdentity, notedStore } from "../store/note.ts";
import { waitForStore } from "../store/open.ts";
import type { StoreLock } from "../store/ports.ts";
import { authorityOf } from "./certificates.ts";
import { SystemClock } from "./clock.ts";
import { clockNoteOf, readClockNote } from "./clock-note.ts";
import type { Undo } from "./core.ts";
import { planListening } from "./listening.ts";
import { lockFolder } from "./lock.ts";
import { checkBefore } from "./preflight.ts";
import type { Waits } from "./types.ts";
import { FOR_EVER, suitable } from "./suitable.ts";
import { WaitingRoom } from "./waiting-room.ts";

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
  await suitable(address, { ...config, shared: false }, log, waits.signal);
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
