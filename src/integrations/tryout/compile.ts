import type { Sandbox } from "../../decoders/sandbox.ts";
import { scriptOf } from "../../decoders/worker.ts";
import type { ProductNode } from "../../fleet/nodes.ts";

/**
 * Looks whether a script can be read at all, without calling any of its decoders.
 * @returns what is wrong, with its line; null: nothing, or it cannot be told at the moment
 */
export async function syntaxProblem(
  sandbox: Pick<Sandbox, "call">,
  { row }: ProductNode,
  code: string,
): Promise<string | null> {
  const outcome = await sandbox.call({
    ...{ workspace: String(row.workspace), script: scriptOf(code) },
    // no script that decodes what devices send has this one
    ...{ kind: "normalize", declared: "normalizeUplink", input: { data: {} } },
  });
  if (outcome.ok || outcome.reason !== "threw" || !outcome.message.startsWith("SyntaxError")) return null;
  return outcome.line === null ? outcome.message : `line ${outcome.line}: ${outcome.message}`;
}
