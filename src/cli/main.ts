import { SCRIPTS } from "../base/modules.ts";
import { processIo } from "./io.ts";
import { run } from "./program.ts";

/** The program: bin/fieldcast hands its arguments over. The executable is also the process in which scripts of users run. */
if (process.argv[2] === SCRIPTS) await import("../decoders/sandbox/process.ts");
else {
  const io = processIo();
  endWithLauncher();
  io.exit(await run(process.argv.slice(2), io));
}

/**
 * Whoever ends bin/fieldcast, even with SIGKILL, means what it runs. The channel between the two closes with it; a server then stops as
 * after SIGTERM. Started in another way (by a service manager, by Bun itself) there is no channel, and nothing is done.
 */
function endWithLauncher(): void {
  if (process.env.FIELDCAST_LAUNCHER === undefined || process.channel == null) return;
  // what this process starts is not the launcher's
  delete process.env.FIELDCAST_LAUNCHER;
  process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel.unref();
}
