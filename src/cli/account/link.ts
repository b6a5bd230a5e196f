import { type Access, withAccess } from "../access.ts";
import { linkFor } from "../serve/banner.ts";
import { readText } from "../apply/command.ts";
import { serverSettings } from "../folder.ts";
import { json, visible } from "../text.ts";
import type { Config } from "../../config/settings.ts";
import type { ListenerAddress } from "../../admin/types.ts";
import type { Io } from "../types.ts";

type Flags = Readonly<Record<string, unknown>>;

/** `setup-link [EMAIL]`: the link alone goes to stdout, so that scripts can take it. */
export async function setupLink(io: Io, [email]: readonly string[], flags: Flags): Promise<number> {
  const config = serverSettings(io, flags);
  const made = await withAccess(config, {}, async (access) => {
    const { link, ...rest } = await access.call("setupLink", email === undefined ? {} : { email });
    return { ...rest, link: await whole(access, link, config) };
  });
  if (flags.json === true) io.out(json(made));
  else printLink(io, made.email, made.link);
  return 0;
}

/** `user create EMAIL`. */
export async function create(io: Io, [email = ""]: readonly string[], flags: Flags): Promise<number> {
  const config = serverSettings(io, flags);
  const { workspace, role, passwordFile, uuid } = flags;
  const password = passwordFile === undefined ? undefined : await firstLine(io, String(passwordFile));
  const input = {
    email,
    admin: flags.admin === true,
    ...(workspace !== undefined && { workspace }),
    ...(role !== undefined && { role }),
    ...(uuid !== undefined && { uuid }),
    ...(password !== undefined && { password }),
  };
  const made = await withAccess(config, {}, async (access) => {
    const { setup, ...rest } = await access.call("accountCreate", input);
    return { ...rest, link: setup && (await whole(access, setup.link, config)) };
  });
  if (flags.json === true) io.out(json(made));
  else if (made.link !== null) printLink(io, made.email, made.link);
  else io.err(`The user ${visible(made.email)} is made.\n`);
  return 0;
}

/** Of a file; - is the standard input. @throws CommandError */
export async function firstLine(io: Io, file: string): Promise<string> {
  const text = file === "-" ? await io.readStdin() : readText(io, file);
  return (text.split(/\r?\n/, 1)[0] ?? "").trim();
}

function printLink(io: Io, email: string, link: string): void {
  if (link.startsWith("/"))
    io.err(
      "The link has no address in front of it, since no listener for browsers is known here: put that of the server there, as " +
        "https://HOST:PORT, or start the server with --public-url.\n",
    );
  io.err(`Whoever opens this sets the password of ${visible(email)}; it works once, for 30 minutes:\n`);
  io.out(`${visible(link)}\n`);
}

/** Where the settings say that the server will listen. */
function listening(config: Config): Pick<ListenerAddress, "name" | "host" | "port">[] {
  return (["http", "https"] as const).flatMap((name) => {
    const at = config[name];
    return at === null || at.port === 0 ? [] : [{ name, ...at }];
  });
}

/** With the address of the running server in front; while none runs, with the one that the settings name. */
export async function whole(access: Access, link: string, config: Config): Promise<string> {
  const info = access.online ? await access.call("info") : null;
  return linkFor(
    config.publicUrl === null || !link.startsWith("/") ? link : config.publicUrl + link,
    info?.addresses ?? listening(config),
  );
}
