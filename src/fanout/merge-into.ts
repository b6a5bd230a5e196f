import type { Entry, MessageQueue } from "../session/queue.ts";

/** Puts messages into a queue, each before those that came after it; those that it has it has. @param e is written */
export function mergeInto(queue: MessageQueue, some: MessageQueue, e: Entry): void {
  let at = queue.head;
  for (let from = some.head; some.read(from, e); ) {
    const { seq, next } = e;
    while (queue.read(at, e) && e.seq < seq) at = e.next;
    if (!queue.read(at, e) || e.seq !== seq) queue.insert(at, some.bytesOf(from, next));
    from = next;
  }
}
