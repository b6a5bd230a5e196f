import type { Command } from "commander";
import { UsageError } from "../failure.ts";
import type { Io } from "../types.ts";
import { versionText } from "../version.ts";
import { manualPage } from "./manual.ts";
import { completionScript, SHELLS } from "./scripts.ts";

/** `completion SHELL`. @param program all commands there are */
export const completion =
  (program: Command) =>
  async (io: Io, [wanted = ""]: readonly string[]): Promise<number> => {
    const shell = SHELLS.find((one) => one === wanted);
    if (shell !== undefined) io.out(completionScript(shell, program));
    else if (wanted === "man") io.out(manualPage(program, versionText()));
    else throw new UsageError(`there is no completion for ${JSON.stringify(wanted)}: ${SHELLS.join(", ")}, or man`);
    return 0;
  };
