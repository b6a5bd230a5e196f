import { TICKET_LIFE } from "../auth/tickets.ts";
import type { Config } from "../config/settings.ts";
import { FLEET_FILE } from "../fleet/audit.ts";
import type { Plan } from "../fleet/plan.ts";
import { hashToken } from "../fleet/token.ts";
import type { People } from "../people/people.ts";
import { Shares } from "../people/shares.ts";
import type { Core } from "./core.ts";
import type { Engine } from "./engine.ts";
import { firstSecrets, NO_SECRETS } from "./first-start.ts";
import { openPeople } from "./people.ts";
import { isNamed, nobody } from "./preflight.ts";
import { StrangersAudit } from "./strangers-audit.ts";
import type { RunningServer } from "./types.ts";
import { Unshown } from "./unshown.ts";

/** The fleet as this start found or made it, and its people. */
export interface Fleet {
  readonly people: People;
  readonly shares: Shares;
  readonly guesses: StrangersAudit;
  readonly unshown: Unshown;
  readonly applied: RunningServer["applied"];
  readonly secrets: Pick<RunningServer, "firstRun" | "renewed" | "setupLink">;
}

/** Applies `--apply`, makes the first owner where there is nobody. @throws Refusal as `startServer` */
export async function openFleet(core: Core, headless: boolean): Promise<Fleet> {
  const { config, engine, stores, service, fleetFile, clock, log } = core;
  const unshown = new Unshown(config.data);
  const before = (plan: Plan) => {
    checkAnonymous(config, engine, plan);
    unshown.note(plan.newTokens.map(({ token }) => hashToken(token)));
  };
  const applied = fleetFile === null ? null : await service.applyFile(fleetFile, { by: FLEET_FILE, before });
  if (fleetFile === null) checkAnonymous(config, engine, { drafts: [] });
  const guesses = new StrangersAudit(stores.fleet, clock, log);
  const { tickets } = engine.authority;
  const { revisions } = stores.fleet;
  if (revisions)
    tickets.spend = (hash) => revisions.spend(`ticket ${hash}`, clock.micros() + 2 * TICKET_LIFE, clock.micros());
  const people = await openPeople(config, {
    accounts: stores.fleet.accounts,
    directory: engine.directory,
    fleet: service,
    clock,
    log,
    tell: (event) => guesses.tell(event),
    ended: (signIn) => tickets.signedOut(signIn),
    ticket: ({ hash, ...holder }) => tickets.given(hash, holder, clock.steady()),
  });
  const secrets = headless
    ? NO_SECRETS
    : await firstSecrets({ config, people, directory: engine.directory, service, unshown });
  const { authority, directory } = engine;
  const shares = new Shares({ directory, fleet: service, authority, clock, log, hasher: people.needs.hasher });
  return { people, shares, guesses, unshown, applied, secrets };
}

/** @throws Refusal when --anonymous names nobody, before anything is committed */
function checkAnonymous({ anonymous }: Config, { directory }: Engine, plan: Pick<Plan, "drafts">): void {
  if (anonymous !== null && !isNamed(anonymous, directory, plan)) throw nobody(anonymous);
}
