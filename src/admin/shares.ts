import { BadValues } from "../base/errors.ts";
import { createShare } from "../fleet/edit/dashboards.ts";
import type { Draughtsman } from "../fleet/plan-draft.ts";
import type { Dashboard, DashboardShare } from "../fleet/types.ts";
import { printTime } from "../measure/time.ts";
import { hashSecret, newSecret } from "../people/secret.ts";
import type { Shares } from "../people/shares.ts";
import type { Asker as WhoAsks } from "../people/types.ts";
import type { Asker } from "./actor.ts";
import type { ShareGiven } from "./dashboard-values.ts";
import { findDevice } from "./find.ts";
import type { AdminDeps } from "./types.ts";
import { ownAccount } from "./webhook-account.ts";

/** Links that show a dashboard. */

type Deps = Pick<AdminDeps, "directory" | "fleet">;
type SharesDeps = Deps & { readonly shares: Pick<Shares, "hash" | "state"> };

/** As lists have it; no secret and no hash is in it. */
export function showShare({ deps }: Asker<SharesDeps>, row: DashboardShare) {
  const { user, apiUser } = row.account;
  const account = user !== null ? `u:${user}` : apiUser !== null ? `a:${apiUser}` : null;
  return {
    share: row.uid,
    name: row.name === "" ? null : row.name,
    device: row.device === null ? null : (deps.directory.deviceByUid(row.device)?.row.id ?? null),
    password: row.passwordHash !== null,
    account: account === null ? null : deps.fleet.accountName(account),
    created: printTime(row.created),
    expires: row.expires === null ? null : printTime(row.expires),
    last_used: row.used === null ? null : printTime(row.used),
    state: deps.shares.state(row),
  };
}

/** How a link is committed. */
interface Way {
  /** Of the dashboard as it is when that runs. */
  edit(draw: (draft: Draughtsman, dashboard: Dashboard) => string): Promise<string>;
  /** Whose turn the hashing of the password is. */
  readonly who: WhoAsks;
  /** What links begin with; null: nothing. */
  readonly publicUrl: string | null;
}

/**
 * Makes a link that shows a dashboard.
 * @returns as lists have it, with the secret and the link, which nothing shows again
 * @throws BadValues invalid_request; Refusal unknown_device, invalid_request, too_many_attempts
 */
export async function makeShare(asker: Asker<SharesDeps>, given: ShareGiven, { edit, who, publicUrl }: Way) {
  const { directory, shares } = asker.deps;
  const passwordHash = given.password === null ? null : await shares.hash(given.password, who);
  const secret = await edit((draft, dashboard) => {
    const made = newSecret(draft.supplies.random);
    draftShare(asker, draft, dashboard, { ...given, hash: hashSecret(made), passwordHash });
    return made;
  });
  const hash = hashSecret(secret);
  const row = directory.all("dashboardShare").find((one) => one.hash === hash);
  if (row === undefined) throw new Error("the link that was committed is not there");
  return { ...showShare(asker, row), secret, link: `${publicUrl ?? ""}/console/shared#${secret}` };
}

/** @throws BadValues invalid_request; Refusal unknown_device, invalid_request */
function draftShare(
  asker: Asker<Deps>,
  draft: Draughtsman,
  dashboard: Dashboard,
  given: Omit<ShareGiven, "password"> & Pick<DashboardShare, "hash" | "passwordHash">,
): void {
  const { name, device, expires_in, hash, passwordHash } = given;
  createShare(draft, {
    dashboard: dashboard.uid,
    device: deviceOf(asker, dashboard, device),
    name: name ?? "",
    hash,
    passwordHash,
    account: ownAccount(asker),
    expires: expires_in === null ? null : draft.supplies.now + expires_in * 1_000_000,
  });
}
function deviceOf(asker: Asker<Deps>, { product }: Dashboard, id: string | null): number | null {
  const of = product === null ? undefined : asker.deps.directory.productByUid(product);
  const wrong = (message: string) => new BadValues("invalid_request", [{ path: "device", message }]);
  if (of === undefined) {
    if (id === null) return null;
    throw wrong("A dashboard of a workspace names its devices itself; leave this out.");
  }
  if (id === null) throw wrong("is missing: a link shows a product's dashboard for one device");
  const device = findDevice(asker, of.row.slug, id);
  if (asker.who.principal.mayView(device)) return device.row.uid;
  throw wrong("You may not read what this device measures.");
}
