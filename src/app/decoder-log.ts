import type { Log } from "../base/types.ts";
import type { Call } from "../decoders/types.ts";
import { productDecoder } from "../fleet/decoders.ts";
import type { Directory } from "../fleet/directory.ts";

/** What the log says of processes that run decoders, with the products whose decoder it was: whoever runs the server must find it. */
export function decoderLog(directory: Directory, log: Pick<Log, "warn">) {
  const whose = ({ workspace, script }: Call) => ({
    // a call's workspace is the number of one
    workspace: directory.workspace(Number(workspace))?.slug ?? workspace,
    products: directory
      .productsOf(Number(workspace))
      .filter((product) => productDecoder(directory, product)?.code === script.code)
      .map(({ row }) => row.slug)
      .slice(0, 10),
  });
  return {
    onDeath: (why: "killed" | "died", amid: Call | null) =>
      log.warn(
        { why, ...(amid === null ? { workspace: null, products: [] } : whose(amid)) },
        "a process that runs decoders ended; the calls that waited go on in a new one",
      ),
    onOff: (call: Call) =>
      log.warn(
        whose(call),
        "a decoder is switched off: it did not let itself be stopped, twice within a minute. Putting it, or another version, in force lets it run again",
      ),
  };
}
