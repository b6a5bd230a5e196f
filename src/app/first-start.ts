import type { Config } from "../config/settings.ts";
import { FIRST_START } from "../fleet/audit.ts";
import type { Directory } from "../fleet/directory.ts";
import { type Renewed, renewTokens } from "../fleet/renew.ts";
import { FIRST_TOKEN, type FirstRun, type FleetService } from "../fleet/service.ts";
import { hashToken } from "../fleet/token.ts";
import type { People } from "../people/people.ts";
import { setUpFirst } from "./people.ts";
import type { Unshown } from "./unshown.ts";

/** What a start has to show, once. */
interface StartSecrets {
  readonly firstRun: FirstRun | null;
  /** In place of those that an earlier start made and did not show. */
  readonly renewed: readonly { readonly owner: string; readonly token: string }[];
  readonly setupLink: string | null;
}
export const NO_SECRETS: StartSecrets = { firstRun: null, renewed: [], setupLink: null };

interface StartParts {
  readonly config: Config;
  readonly people: People;
  readonly directory: Directory;
  readonly service: FleetService;
  readonly unshown: Unshown;
}

/**
 * The owner, their token and link at the very first start, and at each one after it until a start has shown them.
 * @throws Refusal weak_password, invalid_config, storage_unavailable
 */
export async function firstSecrets({ config, people, directory, service, unshown }: StartParts): Promise<StartSecrets> {
  const renewed = await renewUnshown({ config, people, directory, service, unshown });
  const made = await service.firstRun(config.adminEmail ?? undefined, (token) => unshown.note([hashToken(token)]));
  const first = made ?? firstOf(renewed, directory);
  return {
    firstRun: first,
    renewed: renewed.filter(({ token }) => token !== first?.token).map(({ owner, token }) => ({ owner, token })),
    setupLink: await setUpFirst(config, people, directory, first),
  };
}

/** Nobody knows the tokens that were made and not shown: others take their place. */
async function renewUnshown({ config, people, directory, service, unshown }: StartParts): Promise<readonly Renewed[]> {
  const lost: string[] = [];
  for (const hash of unshown.earlier) {
    const token = directory.tokenByHash(hash);
    if (!token) continue;
    // an owner with a password of their own has come in, and can make tokens
    const owned = token.name === FIRST_TOKEN && token.user !== null && (await people.hasPassword(token.user));
    if (!owned || config.adminPasswordFile !== null) lost.push(hash);
  }
  if (lost.length === 0) return [];
  return service.edit((draft) => {
    const renewed = renewTokens(draft, lost);
    unshown.note(renewed.map(({ token }) => hashToken(token)));
    return renewed;
  }, FIRST_START);
}

function firstOf(renewed: readonly Renewed[], directory: Directory): FirstRun | null {
  const first = renewed.find(({ old }) => old.name === FIRST_TOKEN && old.user !== null);
  if (!first) return null;
  const [membership] = directory.membershipsOf(first.old.user ?? 0);
  return {
    email: directory.user(first.old.user ?? 0)?.email ?? "",
    token: first.token,
    workspace: directory.workspace(membership?.workspace ?? 0)?.slug ?? "",
  };
}
