import { errorText } from "../../../base/errors.ts";
import { Lost, sqlState } from "../failures.ts";
import { Session } from "../session.ts";
import { targetOf } from "../url.ts";
import { ANSWERED, type Asked, type BridgeStart, type Replied } from "./bridge-messages.ts";

/** The bridge's entry: it asks PostgreSQL for a thread that waits for the answer in place (sync.ts). */
declare const self: Worker;

async function perform(session: Session, asked: Asked): Promise<Replied> {
  try {
    const counts: number[] = [];
    let last: Pick<Awaited<ReturnType<Session["query"]>>, "columns" | "rows"> = { columns: [], rows: [] };
    for (const { text, values, name, begins } of asked) {
      const question = name === "" ? { text, values } : { text, values, name };
      const found = await (begins ? session.query(question) : session.queryHere(question));
      counts.push(found.count);
      last = found;
    }
    return { told: { columns: last.columns, rows: last.rows, counts } };
  } catch (error) {
    return { lost: error instanceof Lost, state: sqlState(error), message: errorText(error) };
  }
}

self.onmessage = (event: MessageEvent) => {
  const { address, name, begin, port, turn } = event.data as BridgeStart; // only bridged.ts posts here
  const session = new Session(targetOf(address), { name, begin });
  const state = new Int32Array(turn);
  port.onmessage = async (message) => {
    port.postMessage(await perform(session, message.data as Asked)); // as the other side asks
    Atomics.compareExchange(state, 0, 0, ANSWERED);
    Atomics.notify(state, 0);
  };
};
