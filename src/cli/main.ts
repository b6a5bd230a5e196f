import { processIo } from "./io.ts";
import { run } from "./program.ts";

/** The program: bin/fieldcast hands its arguments over. */
const io = processIo();
io.exit(await run(process.argv.slice(2), io));
