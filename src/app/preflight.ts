import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { errorText, Refusal } from "../base/errors.ts";
import type { Clock, Log } from "../base/types.ts";
import type { Config } from "../config/settings.ts";
import type { Directory } from "../fleet/directory.ts";
import type { Plan } from "../fleet/plan.ts";
import { probePorts } from "../listen/probe.ts";
import { checkPassword } from "../people/password.ts";
import { notedStore } from "../store/note.ts";
import { checkFiles } from "./certificates.ts";
import { anySecure, listenerPlans } from "./listeners.ts";
import { checkMail, firstLine, lazyProvider } from "./people.ts";

/**
 * Everything that can be known to stop a start is looked at before anything is made: files, certificates, names, ports. What a
 * start makes and then cannot tell is hard to get back.
 * @returns the text of the fleet file; null without one
 * @throws Refusal invalid_config, weak_password
 */
export function checkBefore(config: Config, clock: Clock, log: Log): string | null {
  // what a store elsewhere holds is known when it is open
  const fresh = !existsSync(join(config.data, "fleet.db")) && config.store === null && notedStore(config.data) === null;
  const text = config.apply === null ? null : readFleet(config.apply);
  checkMail(config);
  lazyProvider(config, log);
  if (fresh) checkFirstPassword(config);
  if (fresh && text === null && config.anonymous !== null) throw nobody(config.anonymous);
  const plans = listenerPlans(config);
  if (anySecure(plans)) checkFiles(config, clock);
  probePorts(plans);
  return text;
}

function checkFirstPassword({ adminPasswordFile: file, adminEmail }: Config): void {
  if (file === null) return;
  const password = firstLine(file);
  try {
    checkPassword(password, adminEmail ?? "owner@localhost");
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(error.code, `--admin-password-file ${file}: ${error.message}`) : error;
  }
}

function readFleet(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Refusal("invalid_config", `--apply ${file}: the fleet file cannot be read: ${errorText(error)}`);
  }
}

type Named = NonNullable<Config["anonymous"]>;

/** The refusal of an API user that there is not. */
export function nobody({ workspace, name }: Named): Refusal {
  return new Refusal(
    "invalid_config",
    `--anonymous ${workspace}/${name}: there is no such API user; make it with a fleet file (--apply)`,
  );
}

/** Whether the fleet, or what a fleet file makes, has this API user. */
export function isNamed({ workspace, name }: Named, directory: Directory, plan: Pick<Plan, "drafts">): boolean {
  const home = directory.workspaceBySlug(workspace)?.uid;
  const uids = new Set([
    ...(home === undefined ? [] : [home]),
    ...plan.drafts.flatMap((one) =>
      one.op === "put" && one.kind === "workspace" && one.row.slug === workspace ? [one.row.uid] : [],
    ),
  ]);
  const known = home === undefined ? [] : directory.apiUsersOf(home);
  if (known.some((one) => one.name === name)) return true;
  return plan.drafts.some(
    (one) => one.op === "put" && one.kind === "apiUser" && one.row.name === name && uids.has(one.row.workspace),
  );
}
