import { readFileSync } from "node:fs";
import { errorText, Refusal } from "../base/errors.ts";
import type { Clock, Log } from "../base/types.ts";
import type { Config } from "../config/settings.ts";
import type { Directory } from "../fleet/directory.ts";
import type { FirstRun, FleetService } from "../fleet/service.ts";
import { Argon } from "../people/argon.ts";
import { auditOfPeople } from "../people/audit.ts";
import { People } from "../people/people.ts";
import type { IdentityProvider, Mailer, PeopleEvent } from "../people/types.ts";
import type { AccountStore, ByNodes, GivenTicket } from "../store/ports.ts";

interface PeopleParts {
  readonly accounts: AccountStore & ByNodes;
  readonly directory: Directory;
  readonly fleet: FleetService;
  readonly clock: Clock;
  readonly log: Log;
  /** Hears of what strangers did. */
  readonly tell: (event: PeopleEvent) => void;
  /** A browser is signed out, by whatever. */
  readonly ended: (signIn: string) => void;
  /** Among several nodes: a browser was given a ticket. */
  readonly ticket: (ticket: GivenTicket) => void;
}

/** Builds the room of people by the settings, and reads who is signed in. @throws Refusal invalid_config */
export async function openPeople(config: Config, parts: PeopleParts): Promise<People> {
  const { accounts, directory, fleet, clock, log, tell, ended, ticket } = parts;
  const people = new People({
    store: accounts,
    fleet,
    directory,
    hasher: new Argon(),
    mailer: await mailerOf(config),
    settings: {
      idle: config.signInIdle * 1e6,
      longest: config.signInLongest * 1e6,
      mostSignIns: config.maxSignIns,
      publicUrl: config.publicUrl,
      mostInvitations: config.maxInvitations,
    },
    micros: () => clock.trusted(),
    clock,
    random: (n) => crypto.getRandomValues(new Uint8Array(n)),
    log,
    note: (event) => auditOfPeople(event, clock.micros()),
    tell,
    ended,
    ticket,
  });
  await people.open();
  return people;
}

/**
 * The first administrator's password: from a file for unattended installs, otherwise by a link that is printed at the very
 * first start. There is no default password, and no page that sets one without the link.
 * @returns the link; null when none is needed
 * @throws Refusal weak_password, not_found, invalid_config
 */
export async function setUpFirst(
  config: Config,
  people: People,
  directory: Directory,
  firstRun: FirstRun | null,
): Promise<string | null> {
  if (config.adminPasswordFile !== null) {
    const email = config.adminEmail ?? firstRun?.email ?? "owner@localhost";
    const user = directory.userByEmail(email);
    if (!user) throw new Refusal("invalid_config", `--admin-email ${email}: there is no such account`);
    // only the first: who changed it since keeps the new one
    if (!(await people.hasPassword(user.uid))) await people.setPassword(email, firstLine(config.adminPasswordFile));
    return null;
  }
  return firstRun === null ? null : (await people.links.makeSetup(firstRun.email)).link;
}

/** What signing in does by the clock, such as noting when browsers were used; what fails is done the next time. */
export async function tickPeople(people: People, log: Log): Promise<void> {
  try {
    await people.tick();
  } catch (error) {
    log.warn({ error: String(error) }, "when browsers were used is not stored");
  }
}

/** The first line of a file. @throws Refusal invalid_config */
export function firstLine(file: string): string {
  try {
    return (readFileSync(file, "utf8").split(/\r?\n/, 1)[0] ?? "").trim();
  } catch (error) {
    throw new Refusal("invalid_config", `${file} cannot be read: ${errorText(error)}`);
  }
}

/**
 * The service where people can sign in, too; its library is loaded when somebody does.
 * @throws Refusal invalid_config
 */
export function lazyProvider(config: Config, log: Log): IdentityProvider | null {
  const { oidcIssuer: issuer, oidcClientId: clientId, oidcClientSecretFile: file, publicUrl } = config;
  if (issuer === null) return null;
  if (clientId === null || file === null || publicUrl === null)
    throw new Refusal(
      "invalid_config",
      "--oidc-issuer needs --oidc-client-id, --oidc-client-secret-file and --public-url",
    );
  const options = {
    issuer,
    clientId,
    secret: firstLine(file),
    redirect: `${publicUrl}/api/v1/auth/openid/callback`,
    log,
  };
  let loaded: Promise<IdentityProvider> | null = null;
  const provider = () => {
    loaded ??= import("../people/openid.ts").then(({ OpenIdProvider }) => new OpenIdProvider(options));
    return loaded;
  };
  return {
    begin: async () => (await provider()).begin(),
    finish: async (query, flow) => (await provider()).finish(query, flow),
  };
}

/** Loaded only where mail is set up; its settings were checked. */
export async function mailerOf({ smtpUrl, mailFrom }: Config): Promise<Mailer | null> {
  if (smtpUrl === null || mailFrom === null) return null;
  const { SmtpMailer } = await import("../people/smtp.ts");
  return new SmtpMailer(smtpUrl, mailFrom);
}

/** Whether what mail needs is set. @throws Refusal invalid_config */
export function checkMail({ smtpUrl, mailFrom, publicUrl }: Config): void {
  if (smtpUrl === null) return;
  if (mailFrom === null)
    throw new Refusal("invalid_config", "--smtp-url needs --mail-from, the address mail comes from");
  if (publicUrl === null)
    throw new Refusal("invalid_config", "--smtp-url needs --public-url, which links in mail begin with");
}
