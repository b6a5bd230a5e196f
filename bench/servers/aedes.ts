import { readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, prefixes, type Server, startProcess } from "./server.ts";

/** The version that is installed; the package does not export its package.json. */
function version(): string {
  const entry = import.meta.resolve("aedes");
  const content: unknown = JSON.parse(readFileSync(new URL("./package.json", entry), "utf8"));
  return typeof content === "object" && content && "version" in content
    ? String(content.version)
    : "of unknown version";
}

/** The JavaScript broker, on Bun like fieldcast: relays without login, keeps its state in memory. */
export const aedes: Server = {
  name: "aedes",
  describe: () => `aedes ${version()} on Bun`,
  start: async (folder, { transport, ...needs }, { certFile, keyFile }) => {
    const port = await freePort();
    const main = join(import.meta.dir, "aedes-main.ts");
    const command = [process.execPath, main, String(port), transport, certFile, keyFile];
    const child = await startProcess(command, folder, port, (line) => line === "ready");
    return { ...child, port, login: undefined, ...prefixes({ transport, ...needs }, "dtck") };
  },
};
