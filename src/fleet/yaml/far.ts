import { moduleUrl } from "../../base/modules.ts";
import { Refusal } from "../../base/errors.ts";
import { inTurns, nextTurn, Turns } from "../../base/turns.ts";
import { nonceFor, parseInSteps, thoroughly } from "./parse.ts";
import { putTogether } from "./pieces.ts";
import { withoutPlainLines, withPlainLines } from "./plain-lines.ts";
import type { YamlAnswer } from "./worker.ts";

/** Texts up to this many characters are parsed where they are: it takes a few ms, as starting a thread does. */
const SHORT = 16 * 1024;

/**
 * What `parseInSteps` answers, without a long turn of the thread that asks: what is not runs of plain lines is parsed in another one.
 * @throws Refusal invalid_fleet
 */
export async function parseFar(text: string): Promise<unknown> {
  const plain = await inTurns(withoutPlainLines(text, nonceFor(text)));
  if (plain.text.length <= SHORT) return inTurns(parseInSteps(text));
  if (plain.runs.size === 0) return apart(text);
  // what is wrong is said better of the whole
  const left = await apart(plain.text).catch(() => undefined);
  return (left === undefined ? null : withPlainLines(left, plain))?.value ?? apart(text);
}

/** In a thread of its own. A thread that cannot be had, or dies, is no reason to refuse the file. */
async function apart(text: string): Promise<unknown> {
  const thread = startThread();
  try {
    const begun = await thread?.ask(text);
    if (thread !== null && begun !== undefined && "mark" in begun) return await putTogether(pieces(thread), begun.mark);
    if (begun !== undefined && "failure" in begun && begun.refused) throw new Refusal("invalid_fleet", begun.failure);
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
  } finally {
    thread?.end();
  }
  await nextTurn();
  return thoroughly(text);
}

/** The thread died amid its answer. */
class Lost extends Error {}

interface Thread {
  /** One question at a time. */
  ask(message: string): Promise<YamlAnswer>;
  end(): void;
}

function pieces(thread: Thread): () => Promise<string> {
  const turns = new Turns();
  return async () => {
    if (turns.over) await turns.next();
    const answer = await thread.ask("");
    if ("piece" in answer) return answer.piece;
    throw new Lost();
  };
}

/** null: it cannot be had. */
function startThread(): Thread | null {
  let answer: (what: YamlAnswer) => void = () => {};
  let why: string | null = null;
  const died = (reason: string) => {
    why ??= reason;
    answer({ failure: reason, refused: false });
  };
  try {
    const worker = new Worker(moduleUrl("fleet/yaml/worker"));
    worker.onmessage = (event) => answer(event.data as YamlAnswer); // our own worker
    worker.onerror = (event) => {
      event.preventDefault();
      died(event.message);
    };
    worker.addEventListener("close", () => died("it ended"));
    return {
      ask(message) {
        const { promise, resolve } = Promise.withResolvers<YamlAnswer>();
        answer = resolve;
        if (why === null) worker.postMessage(message);
        else died(why);
        return promise;
      },
      end: () => worker.terminate(),
    };
  } catch {
    return null;
  }
}
