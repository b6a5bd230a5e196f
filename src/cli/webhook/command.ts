import { confirmed } from "../confirm.ts";
import { wholeNumber } from "../numbers.ts";
import { type Args, type Flags, given, on, say } from "../results.ts";
import { tellOnce } from "../secrets.ts";
import { json, visible } from "../text.ts";
import type { Io } from "../types.ts";
import { list, shapeOf, which } from "./shape.ts";

/** `webhook …`: see register.ts. */

export const create = (io: Io, [name = "", url = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const events = list(flags.event);
    const wish = {
      name,
      url,
      events: events.length === 0 ? ["device_measurement"] : events,
      ...shapeOf(io, flags),
      ...given(flags, "workspace"),
    };
    const made = await access.call("webhookCreate", wish);
    return tellSecret(
      io,
      flags,
      made,
      `Webhook ${made.name} is made. The secret that signs its requests, which is not shown again:`,
    );
  });
export const update = (io: Io, [webhook = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const events = list(flags.event);
    const wish = {
      ...which(webhook, flags),
      ...given(flags, "name", "url"),
      ...shapeOf(io, flags),
      ...(events.length > 0 && { events }),
      ...(flags.on === true && { active: true }),
      ...(flags.off === true && { active: false }),
    };
    const done = await access.call("webhookUpdate", wish);
    return say(io, flags, done, `Webhook ${visible(done.name)} is changed.`);
  });

export const remove = (io: Io, [webhook = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const { name, dead_letters } = await access.call("webhookShow", which(webhook, flags));
    const text = `Webhook ${name} goes, with its log and ${dead_letters} dead letters.`;
    if (!(await confirmed(io, [text], flags.yes === true))) return 1;
    const gone = await access.call("webhookDelete", which(webhook, flags));
    return say(io, flags, gone, `${visible(gone.name)}: deleted.`);
  });

export const pause = (io: Io, [webhook = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const done = await access.call("webhookPause", which(webhook, flags));
    return say(
      io,
      flags,
      done,
      `${visible(done.name)} is paused; what happens meanwhile is kept, as far as the log goes.`,
    );
  });
export const resume = (io: Io, [webhook = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const done = await access.call("webhookResume", which(webhook, flags));
    return say(io, flags, done, `${visible(done.name)} goes on.`);
  });
export const rotate = (io: Io, [webhook = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const grace =
      flags.grace === undefined ? {} : { grace_seconds: wholeNumber("--grace", flags.grace, 86_400, 0, 31 * 86_400) };
    const done = await access.call("webhookRotateSecret", { ...which(webhook, flags), ...grace });
    return tellSecret(io, flags, done, `The new secret of ${done.name}, which is not shown again:`);
  });

export const replay = (io: Io, [webhook = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const done = await access.call("webhookReplay", { ...which(webhook, flags), ...letterOf(flags) });
    return say(io, flags, done, `${done.letters} are sent again, until one is not accepted: see webhook log.`);
  });
export const discard = (io: Io, [webhook = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const done = await access.call("webhookDiscard", { ...which(webhook, flags), ...letterOf(flags) });
    return say(io, flags, done, `${done.letters} are forgotten.`);
  });

const letterOf = ({ letter }: Flags) =>
  letter === undefined ? {} : { letter: wholeNumber("--letter", letter, 1, 1, Number.MAX_SAFE_INTEGER) };

async function tellSecret(
  io: Io,
  flags: Flags,
  made: { readonly name: string; readonly secret: string },
  line: string,
): Promise<number> {
  const lost = `nobody has seen its secret: fieldcast webhook rotate-secret ${JSON.stringify(made.name)} makes another`;
  if (flags.json === true) await tellOnce(io, json(made), lost);
  else {
    io.err(`${visible(line)}\n`);
    await tellOnce(io, `${made.secret}\n`, lost);
  }
  return 0;
}
