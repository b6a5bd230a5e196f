/**
 * The system gives ports from 32768 on (Linux) or 49152 (elsewhere) to those who ask for any, also to connections that go out. Browsers open no page on 10080,
 * the last port of their list of unsafe ones.
 */
const [LOWEST, HIGHEST] = [11_000, 32_000];
/** Test files that run at the same time (`bun test --parallel` numbers its processes) have ports of their own: those of a server that is started again are free in between. */
const SHARES = 12;
const SIZE = Math.floor((HIGHEST - LOWEST) / SHARES);
const FROM = LOWEST + SIZE * (Number(process.env.BUN_TEST_WORKER_ID ?? 0) % SHARES);
/** Those that were given out: nobody may listen on them yet. */
const given = new Set<number>();

/**
 * A port of the loopback that nobody has, and that the system gives to nobody by itself: a server that is restarted on it finds it
 * free again.
 * @param from the first of the ports that are looked at, from a random one on
 * @param size how many they are
 * @throws Error when all of them are taken
 */
export function steadyPort(from = FROM, size = SIZE): number {
  const begin = Math.floor(Math.random() * size);
  for (let i = 0; i < size; i++) {
    const port = from + ((begin + i) % size);
    if (given.has(port) || !isFree(port)) continue;
    given.add(port);
    return port;
  }
  throw new Error(`no port of ${from} to ${from + size - 1} is free`);
}

function isFree(port: number): boolean {
  try {
    Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } }).stop(true);
    return true;
  } catch {
    return false;
  }
}
