import { Authority } from "../auth/authority.ts";
import { oneClock } from "../base/clock.ts";
import type { Micros } from "../base/types.ts";
import type { Directory } from "../fleet/directory.ts";
import type { FleetService } from "../fleet/service.ts";
import { Argon } from "../people/argon.ts";
import { auditOfPeople } from "../people/audit.ts";
import { People } from "../people/people.ts";
import { Shares } from "../people/shares.ts";
import type { AccountStore } from "../store/ports.ts";

/** People, and links that show dashboards, for when no server runs: nobody signs in, and nobody opens a link. */

export function offlinePeople(
  store: AccountStore,
  fleet: FleetService,
  directory: Directory,
  micros: () => Micros,
): People {
  return new People({
    store,
    fleet,
    directory,
    hasher: new Argon(),
    mailer: null,
    // who is signed in does not matter here, and links begin with what the person at the terminal knows
    settings: { idle: 0, longest: 0, mostSignIns: 1, publicUrl: null, mostInvitations: 0 },
    micros,
    clock: oneClock(micros),
    random: (n) => crypto.getRandomValues(new Uint8Array(n)),
    log: { debug() {}, info() {}, warn() {}, error() {} },
    note: (event) => auditOfPeople(event, micros()),
    // no strangers come here
    tell() {},
  });
}

/** Made when a command asks for it: it reads the rights of the whole fleet. */
export function offlineShares({ needs }: People): () => Shares {
  const { directory, micros } = needs;
  let made: Shares | null = null;
  return () => {
    made ??= new Shares({ ...needs, clock: oneClock(micros), authority: new Authority(directory) });
    return made;
  };
}
