import { Lost } from "../failures.ts";
import { Session } from "../session.ts";
import type { Target } from "../url.ts";

/** Looks in a row that nobody answers, until a connection counts as lost. */
const MISSES = 2;

/**
 * Waits for an answer, however long that takes: a commit waits for its standby as long as it has to, and is never cancelled. But a network that
 * swallows everything answers never. So another connection looks now and then whether the server still works for this one; when it does not,
 * or cannot be reached, the connection is given up, and what was asked is in doubt.
 * @param pid of the server's process for `session`
 * @param everyMs between two looks
 */
export async function watched<T>(
  session: Session,
  target: Target,
  pid: number,
  everyMs: number,
  answer: Promise<T>,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  let looker: Session | null = null;
  let misses = 0;
  let over = false;
  const look = async (): Promise<void> => {
    looker ??= new Session(target, { name: "look" });
    misses = (await isWorkedFor(looker, pid)) ? 0 : misses + 1;
    if (over) return;
    if (misses >= MISSES) session.lose();
    else timer = setTimeout(look, everyMs);
  };
  timer = setTimeout(look, everyMs);
  try {
    return await answer;
  } finally {
    clearTimeout(timer);
    over = true;
    void (looker as Session | null)?.end();
  }
}

async function isWorkedFor(looker: Session, pid: number): Promise<boolean> {
  try {
    const { rows } = await looker.query({ text: "SELECT 1 FROM pg_stat_activity WHERE pid = $1", values: [pid] });
    return rows.length > 0;
  } catch (error) {
    return !(error instanceof Lost); // an error is an answer
  }
}
