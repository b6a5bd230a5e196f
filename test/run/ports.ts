/**
 * The system gives ports from 32768 on (Linux) or 49152 (elsewhere) to those who ask for any, also to connections that go out. Browsers open no page on 10080,
 * the last port of their list of unsafe ones.
 */
const [FROM, TO] = [11_000, 32_000];
const TRIES = 100;
/** Those that were given out: nobody may listen on them yet. */
const given = new Set<number>();

/**
 * A port of the loopback that nobody has, and that the system gives to nobody by itself: a server that is restarted on it finds it
 * free again. @throws Error when all that were tried are taken
 */
export function steadyPort(): number {
  for (let i = 0; i < TRIES; i++) {
    const port = FROM + Math.floor(Math.random() * (TO - FROM));
    if (given.has(port) || !isFree(port)) continue;
    given.add(port);
    return port;
  }
  throw new Error(`no free port from ${FROM} to ${TO} was found`);
}

function isFree(port: number): boolean {
  try {
    Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } }).stop(true);
    return true;
  } catch {
    return false;
  }
}
