import { confirmed } from "../confirm.ts";
import { type Args, type Flags, given, on, say } from "../results.ts";
import { visible } from "../text.ts";
import type { Io } from "../types.ts";
import { ruleIn } from "./file.ts";

/** `rule …`: see register.ts. */

const which = (rule: string, flags: Flags) => ({ rule, ...given(flags, "workspace") });

export const create = (io: Io, [file = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    // what a file says is checked by the operation
    const wish = { ...(await ruleIn(io, file)), ...given(flags, "workspace") };
    const made = await access.call("ruleCreate", wish as never);
    return say(io, flags, made, `Rule ${visible(made.name)} is made.`);
  });
export const update = (io: Io, [rule = "", file]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const wish = {
      ...(file === undefined ? {} : await ruleIn(io, file)),
      ...which(rule, flags),
      ...(flags.on === true && { active: true }),
      ...(flags.off === true && { active: false }),
    };
    const done = await access.call("ruleUpdate", wish);
    return say(io, flags, done, `Rule ${visible(done.name)} is changed.`);
  });
export const remove = (io: Io, [rule = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const { name } = await access.call("ruleShow", which(rule, flags));
    if (!(await confirmed(io, [`Rule ${visible(name)} goes, with its log.`], flags.yes === true))) return 1;
    const gone = await access.call("ruleDelete", which(rule, flags));
    return say(io, flags, gone, `${visible(gone.name)}: deleted.`);
  });
export const snooze = (io: Io, [rule = "", until = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const done = await access.call("ruleSnooze", { ...which(rule, flags), until: until === "off" ? null : until });
    const text =
      done.snoozed_until === null
        ? "its actions run again."
        : `its actions do not run until ${done.snoozed_until}; its log goes on.`;
    return say(io, flags, done, `${visible(done.name)}: ${text}`);
  });
