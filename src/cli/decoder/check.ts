import { Refusal } from "../../base/errors.ts";
import { plural } from "../../base/words.ts";
import { checkCodecs } from "../../decoders/check.ts";
import { Sandbox } from "../../decoders/sandbox.ts";
import { json, visible } from "../text.ts";
import type { Io } from "../types.ts";

/** `decoder check`: exit code 1 when an example does not pass, or there is none. */
export async function checkDecoders(
  io: Io,
  [folder = ""]: readonly string[],
  flags: Readonly<Record<string, unknown>>,
): Promise<number> {
  const asJson = flags.json === true;
  const sandbox = new Sandbox();
  try {
    const checked = await checkCodecs(folder, sandbox, ({ file, description, why }) => {
      if (!asJson) io.out(`${file}: ${visible(description)}: ${visible(why)}\n`);
    });
    const { examples, passed, codecs } = checked;
    if (asJson) io.out(json(checked));
    else if (examples === 0) io.err(`${folder}: there is no decoder with examples below it\n`);
    else io.out(`${passed} of ${examples} examples pass (${plural(codecs, "decoder")})\n`);
    return examples > 0 && passed === examples ? 0 : 1;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new Refusal(
      "invalid_request",
      `${folder}: cannot be read (${code === "ENOENT" ? "there is no such folder" : code})`,
    );
  } finally {
    sandbox.stop();
  }
}
