import type { ListenerAddress } from "../../admin/types.ts";
import type { Waits } from "../../app/types.ts";
import { type Colors, colors, jsonLine, visible } from "../text.ts";
import type { Io } from "../types.ts";
import { SCHEME, WHAT, WIDTH } from "./banner.ts";
import type { StopSignals } from "./stop-signals.ts";

/** The exit code of a server whose store another one has taken over: what supervises it starts it again (EX_TEMPFAIL). */
const TAKEN_OVER = 75;
/** How long the last words to clients may take to leave. */
const LAST_WORDS_MS = 300;

/** What is said while it stands by; a signal ends that. */
export function waitsOf(io: Io, signals: StopSignals, machine: boolean, told: (active: string) => void): Waits {
  const ending = new AbortController();
  void signals.first.then(() => ending.abort());
  return {
    signal: ending.signal,
    told({ active, addresses }) {
      told(active);
      if (machine) io.out(jsonLine("info", "standing by", Date.now(), { active, addresses }));
      else io.out(renderWaiting(active, addresses, colors(io.color)));
    },
  };
}

/** Another server has the store, or what this one had of it: the process ends without another word to the store. */
export async function leave(io: Io, isShared: boolean, say: (text: string) => void): Promise<number> {
  await Bun.sleep(LAST_WORDS_MS);
  if (isShared) say("the other servers go on without this one; it ends, to be started again and take part");
  else say("another server has the store; this one ends, to be started again and stand by");
  io.exit(TAKEN_OVER);
  return TAKEN_OVER;
}

/** What a server says that stands by. */
function renderWaiting(active: string, addresses: readonly ListenerAddress[], c: Colors): string {
  const lines = addresses.map(
    ({ name, host, port }) => `  ${WHAT[name].padEnd(WIDTH)}${c.dim(`${SCHEME[name]}://${host}:${port}`)}`,
  );
  return [
    `\n${c.bold("fieldcast")} stands by   ${c.dim(`the server on ${visible(active)} is active`)}`,
    ...lines,
    "  It lets nobody in, and takes over when the other one ends.",
    "",
  ].join("\n");
}
