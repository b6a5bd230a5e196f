import { Refusal } from "../../base/errors.ts";
import { plural } from "../../base/words.ts";
import { programName } from "../name.ts";
import { wholeNumber } from "../numbers.ts";
import { type Args, type Flags, given, on, say, show as showList } from "../results.ts";
import { json, visible } from "../text.ts";
import type { Io } from "../types.ts";
import { readScript } from "./script.ts";

/** `decoder set PRODUCT FILE [--function NAME] [--note TEXT]`. */
export const set = (io: Io, [product = "", file = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const wish = { product, code: readScript(io, file), ...given(flags, "function", "note") };
    const made = await access.call("decoderSet", wish);
    const name = programName(io.env, process.cwd());
    const back = made.number > 1 ? ` Go back with: ${name} decoder roll-back ${product}` : "";
    return say(io, flags, made, `Version ${made.number} of the decoder of ${visible(product)} is in force.${back}`);
  });

/** `decoder show PRODUCT [--number N]`: the code alone, so that it can go into a file. */
export const show = (io: Io, [product = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const version = await access.call("decoderShow", { product, ...numberOf(flags) });
    if (flags.json === true) io.out(json(version));
    else if (version === null)
      throw new Refusal("not_found", `${product} has no decoder in force. Its versions: decoder list.`);
    else io.out(version.code.endsWith("\n") ? version.code : `${version.code}\n`);
    return 0;
  });

/** `decoder list PRODUCT`. */
export const list = (io: Io, [product = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const versions = await access.call("decoderList", { product });
    const rows = versions.map((one) => [
      ...[
        one.number,
        one.stopped ? "in force, stopped" : one.in_force ? "in force" : "",
        one.created,
        one.by,
        one.function ?? "the first",
      ],
      ...[plural(one.bytes, "byte"), visible(one.note)],
    ]);
    const head = ["VERSION", "", "MADE", "BY", "FUNCTION", "LENGTH", "NOTE"];
    return showList(io, flags, versions, head, rows, `${product} has no decoder.`);
  });

/** `decoder roll-back PRODUCT [--number N]`. */
export const rollBack = (io: Io, [product = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const { number } = numberOf(flags);
    const done =
      number === undefined
        ? await access.call("decoderRollBack", { product })
        : await access.call("decoderUse", { product, number });
    return say(io, flags, done, `Version ${done.number} of the decoder of ${visible(product)} is in force.`);
  });

/** `decoder off PRODUCT`. */
export const off = (io: Io, [product = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const done = await access.call("decoderOff", { product });
    return say(io, flags, done, `${visible(product)} has no decoder in force now; its versions stay.`);
  });

function numberOf({ number }: Flags): { number?: number } {
  return number === undefined ? {} : { number: wholeNumber("--number", number, 1, 1, 1_000_000_000) };
}
