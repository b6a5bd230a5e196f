import type { Socket } from "bun";
import { Turns } from "../../base/turns.ts";
import type { WireListener } from "../../broker/wire.ts";
import type { Peer } from "../stream.ts";
import { CONTINUE, chunk, headText, LAST_CHUNK, type Manner, mayHaveBody } from "./answer.ts";
import { Output } from "./output.ts";
import { type Grammar, type Head, RequestParser } from "./parser.ts";
import type { PlaceRefused, Places, Seated } from "./places.ts";
import { type Fault, type Framing, framingOf, requestOf } from "./request.ts";

/** What of a socket is used here. */
export type WebChannel = Pick<
  Socket<unknown>,
  "write" | "pause" | "resume" | "shutdown" | "terminate" | "getTLSVersion"
>;

/** What becomes of requests. */
interface WebHandlers {
  /** Answers a request. */
  answer(request: Request, from: Peer): Response | Promise<Response>;
  /** Answers a request that cannot be made one. */
  refuse(fault: Fault): Response;
  /**
   * Another protocol is asked for. An answer: it is not spoken, or not like this. Null: nothing special, the request is
   * answered as any other. A takeover: what comes from now on is for it.
   */
  upgrade(request: Request, from: Peer, connection: WebConnection): Response | Takeover | null;
  failed(error: unknown): void;
  /** The first bytes of a connection. */
  begins(bytes: Uint8Array, from: Peer): void;
}
/** Who goes on with the connection. */
export interface Takeover {
  /** The whole answer with 101. */
  readonly head: Uint8Array;
  start(): StreamEnd;
}
/** The reading side of a stream that was taken over. */
export type StreamEnd = WireListener & { tick(now: number): void };

export interface WebTerms {
  readonly grammar: Grammar;
  readonly places: Places;
  readonly handlers: WebHandlers;
  readonly secure: boolean;
  /** Largest body, bytes; one that says it is larger is answered at once, and one that grows larger when it does. */
  readonly maxBody: number;
  /** Value of the header Date. */
  readonly date: () => string;
  /** ms of a steady clock. */
  readonly now: () => number;
}

/** Bytes that may come behind a request that is not answered, before reading stops. */
const MOST_AHEAD = 64 * 1024;
/** How long a connection may wait for the next request, and a body for its next bytes, ms. */
const IDLE_MS = 60_000;
/** How long a request may take until its head is whole, with TLS's handshake, ms. */
const HEAD_MS = 30_000;
/** How long a client may take to read the last answer, ms. */
const LINGER_MS = 5_000;
const NOTHING = new Uint8Array(0);
/** Answers up to this are written together with their head. */
const SMALL = 64 * 1024;
/** A header that says that an answer is made while it is sent; proxies obey it, too. */
const UNBUFFERED = "x-accel-buffering";

type Phase = "head" | "body" | "answer" | "taken" | "lingers" | "closed";

/**
 * One connection of HTTP/1.1 (RFC 9112): its requests are answered one after the other, in their order, whatever comes
 * together in one packet. After an answer to which more may not follow the sending side is closed, and what still comes is
 * read and forgotten for a while: otherwise the system would reset the connection, and the client lose the answer.
 */
export class WebConnection implements Seated {
  private readonly parser: RequestParser;
  readonly output: Output;
  private phase: Phase = "head";
  private head: Head | null = null;
  private framing: Framing | null = null;
  /** Parts of the body of the request that is read. */
  private body: Uint8Array[] = [];
  private size = 0;
  /** The body is not kept: it is larger than the limit, or answered already. */
  private isSkipping = false;
  /** Came behind the request that is answered. */
  private rest: Uint8Array = NOTHING;
  private isPaused = false;
  private isFresh = true;
  private hasEnded = false;
  private deadline: number;
  private cancel: (() => void) | null = null;
  private successor: StreamEnd | null = null;

  constructor(
    readonly channel: WebChannel,
    readonly origin: Peer,
    private readonly terms: WebTerms,
  ) {
    this.parser = new RequestParser(terms.grammar, {
      head: (head) => this.headed(head),
      body: (bytes) => this.collect(bytes),
    });
    this.output = new Output(channel);
    this.deadline = terms.now() + HEAD_MS;
  }
  get isIdle(): boolean {
    return this.phase === "head" || this.phase === "body";
  }

  // what the socket tells

  data(bytes: Uint8Array): void {
    switch (this.phase) {
      case "taken":
        return this.successor?.data(bytes);
      case "head":
      case "body":
        return this.read(bytes);
      case "answer":
        return this.keep(bytes);
    }
  }
  drained(): void {
    this.output.drained();
    if (this.phase === "answer") this.deadline = this.terms.now() + IDLE_MS;
    this.successor?.drained();
  }
  /** The client closed its side: what it asked before is answered. A stream has nobody left to hear it. */
  ended(): void {
    this.hasEnded = true;
    if (this.phase === "taken") this.successor?.ended();
    else if (this.phase !== "answer") this.close();
    else if (this.cancel !== null) this.close();
  }
  closed(): void {
    if (this.phase === "closed") return;
    const { successor, cancel } = this;
    this.phase = "closed";
    this.parser.free();
    this.terms.places.gone(this);
    this.output.gone();
    cancel?.();
    successor?.closed();
  }
  tick(now: number): void {
    if (this.successor !== null) this.successor.tick(now);
    else if (now > this.deadline && (this.phase !== "answer" || this.output.waiting > 0)) this.close();
  }
  giveUp(why: PlaceRefused): void {
    if (why === "http_connections" || this.phase === "answer") return this.close();
    this.refuse({ status: 503, text: "The server holds too many bodies that have not come whole; send it again." });
  }
  close(): void {
    this.closed();
    this.channel.terminate();
  }

  // reading

  private read(bytes: Uint8Array): void {
    if (this.isFresh) this.terms.handlers.begins(bytes, this.origin);
    this.isFresh = false;
    const { state, taken, reason = "", tooLarge } = this.parser.read(bytes);
    if ((this.phase as Phase) === "closed" || (this.phase as Phase) === "lingers") return;
    if (state === "bad") {
      const text = tooLarge ? "The head of the request is too large." : `The request is not HTTP/1.1: ${reason}.`;
      return this.refuse({ status: tooLarge ? 431 : 400, text });
    }
    if (state === "more") {
      if (this.hasEnded) return this.close();
      // what is not whole is held in memory, and that is bounded for all together
      this.terms.places.holds(this, this.size + this.parser.held);
      // a head has one deadline as a whole: a byte now and then does not put it off
      if (this.phase === "body") this.deadline = this.terms.now() + IDLE_MS;
      return;
    }
    if (taken < bytes.length) this.keep(bytes.subarray(taken));
    this.whole();
  }
  private headed(head: Head): void {
    this.phase = "body";
    this.head = head;
    const framing = framingOf(head);
    if ("status" in framing) return this.refuse(framing);
    this.framing = framing;
    if (framing.length !== null && framing.length > this.terms.maxBody) {
      // what is to come is not waited for: the answer is the same
      this.isSkipping = true;
      this.dispatch(null, false);
    } else if (framing.expects) this.output.write(CONTINUE);
  }
  private collect(bytes: Uint8Array): void {
    if (this.isSkipping) return;
    this.body.push(new Uint8Array(bytes));
    this.size += bytes.length;
    if (this.size <= this.terms.maxBody) return;
    this.isSkipping = true;
    this.dispatch(this.takeBody(), false);
  }
  private takeBody(): Uint8Array<ArrayBuffer> | null {
    const { body, size } = this;
    const [only] = body;
    this.body = [];
    this.size = 0;
    this.terms.places.holds(this, this.rest.length);
    if (size === 0) return null;
    return body.length === 1 && only !== undefined ? (only as Uint8Array<ArrayBuffer>) : Buffer.concat(body, size);
  }
  /** The request has come to its end. */
  private whole(): void {
    if (this.isSkipping) this.isSkipping = false;
    else this.dispatch(this.takeBody(), this.head?.keepAlive === true);
  }
  /** Came while a request is answered. */
  private keep(bytes: Uint8Array): void {
    this.rest = this.rest.length === 0 ? new Uint8Array(bytes) : Buffer.concat([this.rest, bytes]);
    this.terms.places.holds(this, this.rest.length);
    if (this.rest.length <= MOST_AHEAD || this.isPaused) return;
    // a stream does not end by itself, and while nothing is read its reader's end would not be heard
    if (this.cancel !== null) return this.close();
    this.isPaused = true;
    this.channel.pause();
  }

  // answering

  /** @param goesOn whether the connection may go on after the answer */
  private dispatch(body: Uint8Array<ArrayBuffer> | null, goesOn: boolean): void {
    const { head, framing, terms } = this;
    if (head === null || framing === null) return;
    const request = requestOf(head, framing.host, terms.secure, body);
    if (request === null)
      return this.refuse({ status: 400, text: "The request's target, or its Host header, is none." });
    this.phase = "answer";
    this.deadline = terms.now() + IDLE_MS;
    terms.places.waits(this, false);
    if (head.upgrade && body === null) {
      const taken = terms.handlers.upgrade(request, this.origin, this);
      if (taken instanceof Response) return void this.send(taken, head, goesOn);
      if (taken !== null) return this.handOver(taken);
    }
    void this.answer(request, head, goesOn);
  }
  private handOver({ head, start }: Takeover): void {
    this.output.write(head);
    this.phase = "taken";
    this.parser.free();
    this.terms.places.leave(this);
    this.successor = start();
    const { rest } = this;
    this.rest = NOTHING;
    if (rest.length > 0) this.successor.data(rest);
  }
  private async answer(request: Request, head: Head, goesOn: boolean): Promise<void> {
    const { handlers } = this.terms;
    let response: Response;
    try {
      const made = handlers.answer(request, this.origin);
      response = made instanceof Response ? made : await made;
    } catch (error) {
      handlers.failed(error);
      response = new Response("The server made a mistake.\n", { status: 500 });
    }
    await this.send(response, head, goesOn);
  }
  /** A request that is none, or comes to nothing: told, and then it is over. */
  private refuse(fault: Fault): void {
    this.phase = "answer";
    this.isSkipping = true;
    this.takeBody();
    this.terms.places.waits(this, false);
    const head = this.head ?? { method: "GET", target: "", fields: [], version: 11, keepAlive: false, upgrade: false };
    void this.send(this.terms.handlers.refuse(fault), head, false);
  }
  private async send(response: Response, head: Head, goesOn: boolean): Promise<void> {
    try {
      const ends = !goesOn || (this.hasEnded && this.rest.length === 0);
      const manner: Manner = { keepAlive: !ends, old: head.version === 10, date: this.terms.date() };
      const isWhole = await this.write(response, head, manner);
      if ((this.phase as Phase) === "closed") return;
      if (ends || !isWhole) this.linger();
      else this.next();
    } catch (error) {
      // the answer broke off, and the client sees that: it is not ended in good order
      this.terms.handlers.failed(error);
      this.close();
    }
  }
  /** @returns whether the client knows where the answer ends */
  private async write(response: Response, head: Head, manner: Manner): Promise<boolean> {
    const { output } = this;
    const text = (length: Parameters<typeof headText>[1]) => Buffer.from(headText(response, length, manner), "latin1");
    if (head.method === "HEAD" || !mayHaveBody(response.status)) {
      void response.body?.cancel();
      const said = response.headers.get("content-length");
      output.write(text(said === null ? "none" : Number(said)));
      return true;
    }
    if (response.headers.get(UNBUFFERED) === null || response.body === null) {
      const said = Number(response.headers.get("content-length") ?? 0);
      if (said > SMALL && response.body !== null) {
        output.write(text(said));
        await this.writePieces(response.body, said);
        return true;
      }
      const body = response.body === null ? NOTHING : await response.bytes();
      const start = text(body.length);
      if (body.length <= SMALL) output.write(Buffer.concat([start, body], start.length + body.length));
      else {
        output.write(start);
        await this.writePieces(cut(body), body.length);
      }
      return true;
    }
    const chunks = head.version === 11;
    output.write(text(chunks ? "chunks" : "end"));
    await this.stream(response.body, chunks);
    return chunks;
  }
  /**
   * Sends a long body of which the length was said piece by piece: what the system takes at once of all of it is a turn of its own.
   * @throws Error when it has another length
   */
  private async writePieces(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, length: number): Promise<void> {
    const turns = new Turns();
    let left = length;
    for await (const piece of pieces) {
      if ((this.phase as Phase) === "closed") return;
      left -= piece.length;
      this.output.write(piece);
      if (this.output.waiting > 0) {
        this.deadline = this.terms.now() + IDLE_MS;
        await this.output.empty();
      }
      if (turns.over) await turns.next();
    }
    if (left !== 0) throw new Error(`an answer said ${length} bytes and had ${length - left}`);
  }
  /** Sends a body as fast as it is taken. */
  private async stream(body: ReadableStream<Uint8Array>, chunks: boolean): Promise<void> {
    const reader = body.getReader();
    this.cancel = () => void reader.cancel().catch(() => {});
    if ((this.phase as Phase) === "closed" || this.hasEnded) this.cancel();
    for (;;) {
      const { done, value } = (await reader.read()) as { done: boolean; value?: Uint8Array };
      if ((this.phase as Phase) === "closed") return;
      if (done) break;
      if (value === undefined || value.length === 0) continue;
      this.output.write(chunks ? chunk(value) : new Uint8Array(value));
      if (this.output.waiting > 0) {
        this.deadline = this.terms.now() + IDLE_MS;
        await this.output.empty();
      }
    }
    this.cancel = null;
    if (chunks) this.output.write(LAST_CHUNK);
  }
  /** On to the next request, which may have come already. */
  private next(): void {
    this.phase = "head";
    this.head = null;
    this.framing = null;
    this.deadline = this.terms.now() + IDLE_MS;
    this.terms.places.waits(this, true);
    const { rest } = this;
    if (rest.length > 0) {
      this.rest = NOTHING;
      this.terms.places.holds(this, 0);
      this.read(rest);
    }
    if (this.isPaused && (this.phase as Phase) !== "closed" && this.rest.length <= MOST_AHEAD) {
      this.isPaused = false;
      this.channel.resume();
    }
  }
  /** The last answer was said. */
  private linger(): void {
    void this.output.empty().then(() => {
      if (this.phase === "closed") return;
      if (this.hasEnded) return this.close();
      this.phase = "lingers";
      this.rest = NOTHING;
      this.deadline = this.terms.now() + LINGER_MS;
      if (this.isPaused) this.channel.resume();
      this.channel.shutdown();
    });
  }
}

function* cut(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += SMALL) yield bytes.subarray(at, at + SMALL);
}
