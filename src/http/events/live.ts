import { currentText, heardOf, type LiveTap } from "../../fanout/live-taps.ts";
import type { DeviceNode, FieldNode } from "../../fleet/nodes.ts";
import { printTime } from "../../measure/time.ts";
import type { LogRecord, Seq } from "../../store/ports.ts";
import { authenticate, stillListens } from "../kit/access.ts";
import { nextTurn } from "../../base/turns.ts";
import type { Handler, HttpContext, HttpDeps } from "../deps.ts";
import { type EventStream, eventText } from "./event-stream.ts";
import { checked, parametersOf } from "../history/query-request.ts";
import { type LiveFilter, liveRequest, liveWishOf } from "./live-wish.ts";
import { lastOf, type Place } from "./place.ts";
import { type Streams, streamAnswer } from "./streams.ts";

export { liveRequest } from "./live-wish.ts";

/** Bytes of the log that are asked for at once, and rows of it that are looked at in one turn. */
const PIECE_BYTES = 64 * 1024;
const PIECE_ROWS = 1000;

/**
 * `GET /api/v1/live?products=&devices=&fields=`: every measurement that is published from now on, or since
 * `Last-Event-ID`, as Server-Sent Events. Rights are looked at with each of them.
 */
export function liveChanges(deps: HttpDeps, streams: Streams): Handler {
  return async (c) => {
    const principal = authenticate(deps, c);
    const request = checked(liveRequest, parametersOf(c), "parameter");
    const { filter, begin } = await liveWishOf(deps, principal, request);
    const check = () => stillListens(deps, c);
    const open: Open = (beat, gone) => streams.start(principal, check, beat, gone);
    return followLive(deps, c, filter, request.last_event_id, open, begin);
  };
}
type Open = (beat: () => string, gone: () => void) => EventStream;
/**
 * The measurements that a filter lets through.
 * @param last the event behind which it goes on; a header comes before it
 * @param begin devices whose current values are told first
 */
export function followLive(
  deps: HttpDeps,
  c: HttpContext,
  filter: LiveFilter,
  last: string | undefined,
  open: Open,
  begin: readonly DeviceNode[] = [],
) {
  const place = lastOf(c.req.header("Last-Event-ID") ?? last);
  // a stream that nobody reads would stay open
  if (c.req.raw.method === "HEAD") return new Response(null, { headers: { "Content-Type": "text/event-stream" } });
  return streamAnswer(new LiveReader(deps, filter, place, open, begin).stream);
}

/** One who follows live: what was published since his last event, then what is. */
class LiveReader implements LiveTap {
  readonly stream: EventStream;
  private readonly stop: () => void;
  /** Events that there was no room for, since when (µs), and the newest of them. */
  private lost = 0;
  private lostSince = 0;
  private lostSeq: Seq = 0;

  constructor(
    private readonly deps: HttpDeps,
    private readonly filter: LiveFilter,
    last: Place | null,
    open: Open,
    begin: readonly DeviceNode[],
  ) {
    const stream = open(this.beat, this.gone);
    this.stream = stream;
    this.stop = deps.live.taps.add(this);
    const joined = deps.live.fannedSeq();
    const opening = `retry: 2000\n${last === null ? this.idText(joined) : "\n"}`;
    const replay = last === null ? null : this.replay(last, joined);
    let opened = false;
    stream.before = async () => {
      if (!opened) {
        opened = true;
        return opening + this.currentOf(begin, joined);
      }
      const piece = await replay?.next();
      return piece === undefined || piece.done === true ? null : piece.value;
    };
    stream.taken = () => this.tellLost();
  }
  /** What devices have at this moment, as events. */
  private currentOf(devices: readonly DeviceNode[], joined: Seq): string {
    const { series } = this.deps;
    let text = "";
    for (const device of devices)
      for (const field of device.product.fields.values()) {
        const id = series.idOf(device.row.uid, field.row.uid);
        const now = id === undefined || !this.filter(device, field) ? null : series.current(id);
        if (now !== null) text += eventText("measurement", this.id(joined), currentText(device, field, now));
      }
    return text;
  }
  private readonly gone = (): void => this.stop();
  /** A comment, and the place that was reached, so that who comes back knows that nothing was in between. */
  private readonly beat = (): string =>
    `: still here\n${this.lost > 0 ? "\n" : this.idText(this.deps.live.fannedSeq())}`;

  hears(device: DeviceNode, field: FieldNode): boolean {
    return this.filter(device, field);
  }
  hear(seq: Seq, text: string): void {
    this.deps.metrics.streamEvents++;
    if (this.lost === 0 && this.stream.push(eventText("measurement", this.id(seq), text))) return;
    if (this.lost === 0) this.lostSince = this.deps.clock.micros();
    this.lost++;
    this.lostSeq = seq;
    this.deps.metrics.streamEventsLost++;
  }
  private tellLost(): string {
    if (this.lost === 0) return "";
    const text = this.gap(this.lostSeq, this.lostSince);
    this.lost = 0;
    return text;
  }
  private id(seq: Seq): string {
    return `${seq}-${Math.floor(this.deps.clock.micros() / 1e6)}`;
  }
  /** No event, but its id is the last that the reader has seen. */
  private idText(seq: Seq): string {
    return `id: ${this.id(seq)}\n\n`;
  }
  /** Something between two times may be missing. @param since µs; null: nobody knows */
  private gap(seq: Seq, since: number | null): string {
    const from = since === null ? null : printTime(since);
    return eventText("gap", this.id(seq), JSON.stringify({ from, to: printTime(this.deps.clock.micros()) }));
  }

  /** What the log still has of the rows behind `last`, up to where the tap began. */
  private async *replay(last: Place, joined: Seq): AsyncGenerator<string> {
    const since = last.seconds === null ? null : last.seconds * 1e6;
    // a number that was never given: of another data folder, or newer than the backup that was restored
    if (last.seq > joined) {
      yield this.gap(joined, since);
      return;
    }
    let at = last.seq;
    while (at < joined) {
      const piece = await this.deps.live.store.readLog(at, joined, PIECE_BYTES).catch(() => null);
      if (piece === null) {
        yield this.gap(joined, since);
        return;
      }
      if (piece.oldest === null || piece.oldest > at + 1) yield this.gap(at, since);
      at = joined;
      for (const record of piece.records) at = yield* this.replayRecord(record, last.seq, joined);
    }
    yield this.idText(joined);
  }
  private async *replayRecord(record: LogRecord, after: Seq, joined: Seq): AsyncGenerator<string, Seq> {
    const rows = heardOf(record, after, joined, this.deps.series);
    for (;;) {
      let text = "";
      let n = 0;
      for (let row = rows.next(); ; row = rows.next()) {
        if (row.done === true) {
          if (text !== "") yield text;
          return Math.min(row.value, joined);
        }
        const { seq, device, field } = row.value;
        if (this.filter(device, field)) text += eventText("measurement", this.id(seq), row.value.text());
        if (++n === PIECE_ROWS) break;
      }
      if (text !== "") yield text;
      await nextTurn();
    }
  }
}
