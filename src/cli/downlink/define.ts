import { readScript } from "../decoder/script.ts";
import { wholeNumber } from "../numbers.ts";
import { type Args, type Flags, given, on, say } from "../results.ts";
import { visible } from "../text.ts";
import type { Io } from "../types.ts";

/** `downlink create PRODUCT NAME …`. */
export const create = (io: Io, [product = "", name = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const wish = {
      ...given(flags, "field", "hex", "text", "target", "confirmed", "replace", "description"),
      ...(flags.encoder !== undefined && { encoder: readScript(io, String(flags.encoder)) }),
      ...(flags.sentBy !== undefined && { sent_by: flags.sentBy }),
      ...(flags.port !== undefined && { port: wholeNumber("--port", flags.port, 1, 1, 223) }),
      ...(flags.wait !== undefined && { wait: wholeNumber("--wait", flags.wait, 86_400, 10, 30 * 86_400) }),
      ...(flags.uses !== undefined && { fields: flags.uses }),
      ...(flags.trigger !== undefined && { triggers: flags.trigger }),
    };
    const made = await access.call("downlinkCreate", { product, name, ...wish });
    const when = made.triggers.length === 0 ? "" : ` Changes of ${made.triggers.join(", ")} send it.`;
    return say(io, flags, made, `${visible(product)}/${visible(name)}: created.${when}`);
  });

/** `downlink delete PRODUCT NAME`. */
export const remove = (io: Io, [product = "", name = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const done = await access.call("downlinkDelete", { product, name });
    return say(io, flags, done, `${visible(product)}/${visible(name)}: deleted.`);
  });
