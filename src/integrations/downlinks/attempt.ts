import { errorText } from "../../base/errors.ts";
import type { Clock, Log } from "../../base/types.ts";
import type { Verdict } from "../../networks/downlinks/types.ts";
import type { Book } from "./book.ts";
import type { Lane } from "./lanes.ts";
import * as machine from "./machine.ts";
import { restAfter } from "./rest.ts";
import type { Sender } from "./sender.ts";
import type { Downlink } from "./types.ts";

export interface AttemptNeeds {
  readonly sender: Pick<Sender, "prepare">;
  readonly clock: Pick<Clock, "steady">;
  readonly log: Log;
  /** In [0, 1). */
  chance(): number;
}

const OURS = "something went wrong inside the server; its log says what";

/** One attempt to send the next downlink of a device. What is begun is stored before, so that a crash amid it is told. */
export async function attempt(needs: AttemptNeeds, book: Book, lane: Lane, first: Downlink): Promise<void> {
  const prepared = await prepare(needs, first);
  // somebody took it back meanwhile, or the device went
  const now = lane.open.find(({ number }) => number === first.number);
  if (now?.state !== "queued") return;
  if (prepared.is === "later") return rest(needs, lane, 1, null);
  if (prepared.is !== "ready") {
    const reason = prepared.is === "nothing" ? "the encoder gave nothing to send" : prepared.problem;
    await book.change(machine.failed(now, reason, book.now()));
    return;
  }
  const begun = machine.begun({ ...now, content: prepared.content });
  if (!(await book.change(begun))) return;
  const verdict = await send(needs, prepared.send);
  const ended = machine.ended(begun, verdict, prepared.way, book.now());
  if (verdict.is === "later") rest(needs, lane, ended.attempts, verdict.seconds);
  await book.change(ended);
}

function rest({ clock, chance }: AttemptNeeds, lane: Lane, attempts: number, asked: number | null): void {
  lane.notBefore = clock.steady() + restAfter(attempts, asked, chance());
}
async function prepare({ sender, log }: AttemptNeeds, downlink: Downlink): ReturnType<Sender["prepare"]> {
  try {
    return await sender.prepare(downlink);
  } catch (error) {
    log.error({ error: errorText(error) }, "a downlink could not be prepared");
    return { is: "problem", problem: OURS };
  }
}
async function send({ log }: AttemptNeeds, how: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await how();
  } catch (error) {
    log.error({ error: errorText(error) }, "a downlink could not be sent");
    return { is: "refused", reason: OURS };
  }
}
