import WASM from "undici/lib/llhttp/llhttp_simd-wasm.js";

/** Where a message is too large, in bytes of its start line, header fields and trailers together. */
export const MOST_HEAD = 32 * 1024;
/** Header fields and trailers of one message. */
export const MOST_FIELDS = 128;
/** Bytes that are handed to the parser at once. */
const WINDOW = 64 * 1024;

/** llhttp's error numbers that are none: it stopped because we asked for it, or because another protocol follows. */
const PAUSED = 21;
const PAUSED_UPGRADE = 22;
const REQUEST = 1;
/** What a callback answers to go on, and to end it all. */
const GO_ON = 0;
const FAIL = -1;

/** The start line and the header fields of a request. */
export interface Head {
  readonly method: string;
  /** The request target as it came. */
  readonly target: string;
  /** Names and values by turns, as they came. */
  readonly fields: readonly string[];
  /** 10 or 11. */
  readonly version: number;
  /** Whether the connection may go on after the answer. */
  readonly keepAlive: boolean;
  /** Another protocol is asked for. */
  readonly upgrade: boolean;
}
/** Who hears of a request as it is read. */
interface RequestEvents {
  head(head: Head): void;
  /** A part of the body; only lent. */
  body(bytes: Uint8Array): void;
}
/** What came of some bytes. */
interface Progress {
  /** How many of them were read. */
  readonly taken: number;
  /** `more`: the request goes on; `whole`: it has ended; `bad`: it is none. */
  readonly state: "more" | "whole" | "bad";
  /** Why it is bad, in words of the parser. */
  readonly reason?: string;
  /** It is bad because its head is too large. */
  readonly tooLarge?: boolean;
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  malloc(bytes: number): number;
  llhttp_alloc(type: number): number;
  llhttp_free(parser: number): void;
  llhttp_execute(parser: number, at: number, bytes: number): number;
  llhttp_resume(parser: number): void;
  llhttp_resume_after_upgrade(parser: number): void;
  llhttp_get_error_pos(parser: number): number;
  llhttp_get_error_reason(parser: number): number;
  llhttp_get_method(parser: number): number;
  llhttp_method_name(method: number): number;
  llhttp_get_http_major(parser: number): number;
  llhttp_get_http_minor(parser: number): number;
}

/**
 * The grammar of HTTP/1.1 (RFC 9112), as llhttp reads it, which Node.js is built on; strict, so that no two programs in
 * a row can read a request differently. One instance serves all connections of a listener.
 */
export class Grammar {
  readonly exports: Exports;
  private readonly window: number;
  private memory: Buffer;
  /** Whose bytes are read at the moment. */
  private current: RequestParser | null = null;
  private readonly methods = new Map<number, string>();

  constructor() {
    const span = (take: (parser: RequestParser, from: number, to: number) => boolean) => {
      return (_: number, at: number, length: number): number =>
        this.current !== null && take(this.current, at, at + length) ? GO_ON : FAIL;
    };
    const env = {
      wasm_on_message_begin: () => GO_ON,
      wasm_on_status: () => GO_ON,
      wasm_on_url: span((parser, from, to) => parser.addTarget(this.text(from, to))),
      wasm_on_header_field: span((parser, from, to) => parser.addName(this.text(from, to))),
      wasm_on_header_value: span((parser, from, to) => parser.addValue(this.text(from, to))),
      wasm_on_headers_complete: (_: number, __: number, upgrade: number, keepAlive: number): number => {
        this.current?.headEnds(upgrade !== 0, keepAlive !== 0);
        return GO_ON;
      },
      wasm_on_body: span((parser, from, to) => parser.addBody(this.memory.subarray(from, to))),
      wasm_on_message_complete: () => {
        this.current?.ends();
        return PAUSED;
      },
    };
    const instance = new WebAssembly.Instance(new WebAssembly.Module(WASM), { env });
    this.exports = instance.exports as unknown as Exports; // what the module is known to export
    this.exports._initialize();
    this.window = this.exports.malloc(WINDOW);
    this.memory = Buffer.from(this.exports.memory.buffer);
  }

  private text(from: number, to: number): string {
    return this.memory.toString("latin1", from, to);
  }
  /** Text of the module that ends with a zero. */
  private name(at: number): string {
    return at === 0 ? "" : this.text(at, this.memory.indexOf(0, at));
  }
  method(parser: number): string {
    const number = this.exports.llhttp_get_method(parser);
    let name = this.methods.get(number);
    if (name === undefined) {
      name = this.name(this.exports.llhttp_method_name(number));
      this.methods.set(number, name);
    }
    return name;
  }
  reason(parser: number): string {
    return this.name(this.exports.llhttp_get_error_reason(parser));
  }
  /** Hands over no more than a window. @returns what the parser says, and how many bytes it read */
  execute(parser: RequestParser, at: number, bytes: Uint8Array): [code: number, taken: number] {
    // its memory may have grown since, and is another one then
    if (this.memory.buffer !== this.exports.memory.buffer) this.memory = Buffer.from(this.exports.memory.buffer);
    const length = Math.min(bytes.length, WINDOW);
    this.memory.set(length === bytes.length ? bytes : bytes.subarray(0, length), this.window);
    this.current = parser;
    const code = this.exports.llhttp_execute(at, this.window, length);
    this.current = null;
    const taken = code === 0 ? length : this.exports.llhttp_get_error_pos(at) - this.window;
    return [code, taken];
  }
}

/** Reads the requests of one connection, one after the other. */
export class RequestParser {
  private readonly at: number;
  private target = "";
  private fields: string[] = [];
  private isValue = false;
  private size = 0;
  private isInBody = false;
  private isTooLarge = false;
  private isPaused = false;
  private isOver = false;
  private isFreed = false;

  constructor(
    private readonly grammar: Grammar,
    private readonly events: RequestEvents,
  ) {
    this.at = grammar.exports.llhttp_alloc(REQUEST);
  }
  /** Gives its memory back. */
  free(): void {
    if (!this.isFreed) this.grammar.exports.llhttp_free(this.at);
    this.isFreed = true;
  }
  /** Bytes of a head that are held. */
  get held(): number {
    return this.size;
  }
  /** Reads on; no further than the end of a request. */
  read(bytes: Uint8Array): Progress {
    const { exports } = this.grammar;
    this.isOver = false;
    let taken = 0;
    do {
      if (this.isPaused) exports.llhttp_resume(this.at);
      this.isPaused = false;
      const [code, part] = this.grammar.execute(this, this.at, taken === 0 ? bytes : bytes.subarray(taken));
      taken += part;
      if (this.isOver) {
        this.isPaused = true;
        return { taken, state: "whole" };
      }
      // what the other protocol would be is decided elsewhere: here the next request follows
      if (code === PAUSED_UPGRADE) exports.llhttp_resume_after_upgrade(this.at);
      else if (code === PAUSED) this.isPaused = true;
      else if (code !== 0)
        return { taken, state: "bad", reason: this.grammar.reason(this.at), tooLarge: this.isTooLarge };
    } while (taken < bytes.length);
    return { taken, state: "more" };
  }

  // what the grammar tells

  private grows(by: number): boolean {
    this.size += by;
    this.isTooLarge = this.size > MOST_HEAD || this.fields.length > MOST_FIELDS * 2;
    return !this.isTooLarge;
  }
  addTarget(text: string): boolean {
    this.target += text;
    return this.grows(text.length);
  }
  addName(text: string): boolean {
    if (this.isInBody) return this.grows(text.length); // a trailer: nobody asks for them
    const { fields } = this;
    if (this.isValue || fields.length === 0) fields.push(text, "");
    else fields[fields.length - 2] += text;
    this.isValue = false;
    return this.grows(text.length + 4);
  }
  addValue(text: string): boolean {
    this.isValue = true;
    if (!this.isInBody) this.fields[this.fields.length - 1] += text;
    return this.grows(text.length);
  }
  headEnds(upgrade: boolean, keepAlive: boolean): void {
    const { target, fields } = this;
    const { exports } = this.grammar;
    const version = exports.llhttp_get_http_major(this.at) * 10 + exports.llhttp_get_http_minor(this.at);
    this.isInBody = true;
    this.events.head({ method: this.grammar.method(this.at), target, fields, version, keepAlive, upgrade });
  }
  addBody(bytes: Uint8Array): boolean {
    this.events.body(bytes);
    return true;
  }
  ends(): void {
    this.target = "";
    this.fields = [];
    this.isValue = false;
    this.isInBody = false;
    this.size = 0;
    this.isOver = true;
  }
}
