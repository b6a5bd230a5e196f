import variant from "@jitl/quickjs-wasmfile-release-sync";
import binary from "@jitl/quickjs-wasmfile-release-sync/wasm" with { type: "file" };
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSWASMModule,
} from "quickjs-emscripten-core";
import type { Limits } from "../types.ts";
import BUFFER from "./buffer.qjs" with { type: "text" };
import CALLS from "./calls.qjs" with { type: "text" };
import GLOBALS from "./globals.qjs" with { type: "text" };
import { NAMES, type Prepared, prepare } from "./source.ts";

const PAGE = 65536;
const FIRST_PAGES = 256; // what the build asks for
const MOST_PAGES = 1024;
/** Small enough that the VM notices before the platform's own stack ends: what follows that cannot be gone on from. */
const STACK = 128 * 1024;
const MOST_CALLS = 10_000;
const MOST_CONTEXTS = 64;
const MOST_SCRIPTS = 1024;

/** Compiled once for all machines of the process: it holds no state. */
let compiled: Promise<WebAssembly.Module> | undefined;

/** How the VM's own error of that kind begins, as `run` tells it. */
const OUT_OF_MEMORY = '{"error":"out of memory"';

/** Why the VM was stopped amid a script. */
type Stop = "timeout" | "memory" | null;

/** What a call gave: the VM's own JSON, or why there is none. */
type Answer = { readonly json: string } | { readonly stopped: "timeout" | "memory"; readonly log: string };

/** The machine is in a state that nothing may be run in again. */
export class Broken extends Error {}

/** A context in which one script is compiled. */
interface Place {
  readonly runtime: QuickJSRuntime;
  readonly context: QuickJSContext;
  readonly tools: QuickJSHandle;
  readonly run: QuickJSHandle;
  readonly call: QuickJSHandle;
  readonly names: QuickJSHandle;
  make: QuickJSHandle | null;
  calls: number;
}

/**
 * One VM (QuickJS in WebAssembly) with memory of its own, for the scripts of one workspace. Each script has a runtime of
 * its own; a script that threw, was stopped, or has run 10,000 times gets a new one. Any error of the host's means that
 * the whole machine must be thrown away: `Broken`.
 */
export class Machine {
  private readonly places = new Map<string, Place>();
  private readonly prepared = new Map<string, Prepared>();
  private startedAt = 0;
  private startedCpu: NodeJS.CpuUsage | undefined;
  private stop: Stop = null;

  private constructor(
    private readonly module: QuickJSWASMModule,
    private readonly memory: WebAssembly.Memory,
    private readonly limits: Limits,
  ) {}

  static async create(limits: Limits): Promise<Machine> {
    const memory = new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MOST_PAGES });
    compiled ??= Bun.file(binary)
      .arrayBuffer()
      .then((bytes) => WebAssembly.compile(bytes));
    const own = newVariant(variant, { wasmMemory: memory, wasmModule: await compiled });
    const module = await newQuickJSWASMModuleFromVariant(own);
    return new Machine(module, memory, limits);
  }

  /** How large the VM's memory is, in bytes; it never shrinks. */
  get bytes(): number {
    return this.memory.buffer.byteLength;
  }
  /** It has grown so far that a script could find too little room through no fault of its own. */
  get worn(): boolean {
    return this.bytes > FIRST_PAGES * PAGE + this.limits.memoryBytes / 2;
  }
  /** @returns whether the code of this script is known */
  knows(script: string): boolean {
    return this.prepared.has(script);
  }
  learn(script: string, code: string): void {
    for (const oldest of this.prepared.keys()) {
      if (this.prepared.size < MOST_SCRIPTS) break;
      this.prepared.delete(oldest);
    }
    this.prepared.set(script, prepare(code));
  }

  /**
   * Runs one call to its end.
   * @param wanted `{kind, declared?, input, globals?}` as JSON
   * @throws {Broken} the machine must not be used again
   */
  run(script: string, wanted: string): Answer {
    const prepared = this.prepared.get(script);
    if (prepared === undefined) throw new Broken("an unknown script");
    this.stop = null;
    this.startedAt = Number.POSITIVE_INFINITY;
    try {
      return this.inside(script, prepared, wanted);
    } catch (error) {
      throw error instanceof Broken ? error : new Broken(String(error));
    }
  }

  private inside(script: string, prepared: Prepared, wanted: string): Answer {
    const place = this.placeOf(script);
    const { context } = place;
    const json = context.newString(wanted);
    this.begin(); // what it takes to make a context is not the script's
    try {
      const make = place.make ?? this.compile(place, prepared, json);
      if ("json" in make || "stopped" in make) {
        this.leave(script, json);
        return make;
      }
      const begun = prepared.warm ? context.false : context.true;
      const result = context.callFunction(place.run, context.undefined, make, place.call, place.names, json, begun);
      const answer = this.read(place, result);
      if (!prepared.warm || ++place.calls >= MOST_CALLS || !("json" in answer) || answer.json.startsWith('{"error"'))
        this.leave(script, json);
      return answer;
    } finally {
      if (json.alive) json.dispose();
    }
  }

  /** Compiles a script; in the global scope it also runs here, after the globals are set. */
  private compile(place: Place, { text, warm }: Prepared, json: QuickJSHandle): QuickJSHandle | Answer {
    const { context } = place;
    if (!warm) {
      const begin = context.getProp(place.tools, "begin");
      context.unwrapResult(context.callFunction(begin, context.undefined, json)).dispose();
      begin.dispose();
    }
    const compiled = context.evalCode(text, "decoder.js", { type: "global", strict: false });
    if (compiled.error) return this.failed(place, compiled.error);
    if (warm) {
      place.make = compiled.value;
      return compiled.value;
    }
    const wrap = context.unwrapResult(context.evalCode("(function(found){return function(){return found}})"));
    place.make = context.unwrapResult(context.callFunction(wrap, context.undefined, compiled.value));
    wrap.dispose();
    compiled.value.dispose();
    return place.make;
  }

  private read(place: Place, result: ReturnType<QuickJSContext["callFunction"]>): Answer {
    if (result.error) return this.failed(place, result.error);
    const json = place.context.getString(result.value);
    result.value.dispose();
    // an error that the script caught itself, or that `run` made a text of
    const stopped = json.startsWith(OUT_OF_MEMORY) ? "memory" : this.stop;
    return stopped === null ? { json } : { stopped, log: "[]" };
  }

  private failed(place: Place, error: QuickJSHandle): Answer {
    const { context } = place;
    const why = this.stop;
    this.stop = null;
    this.begin();
    const tell = context.getProp(place.tools, why === null ? "failure" : "log");
    const told = context.unwrapResult(context.callFunction(tell, context.undefined, error));
    const text = context.getString(told);
    for (const handle of [told, tell, error]) handle.dispose();
    return why === null ? { json: text } : { stopped: why, log: text };
  }

  /** The script's time begins. */
  private begin(): void {
    this.startedAt = performance.now();
    this.startedCpu = process.threadCpuUsage();
  }

  private placeOf(script: string): Place {
    const known = this.places.get(script);
    if (known !== undefined) {
      this.places.delete(script);
      this.places.set(script, known); // the least used is the first
      return known;
    }
    for (const oldest of this.places.keys()) {
      if (this.places.size < MOST_CONTEXTS) break;
      this.leave(oldest);
    }
    const made = this.open();
    this.places.set(script, made);
    return made;
  }

  private open(): Place {
    const runtime = this.module.newRuntime();
    runtime.setMaxStackSize(STACK);
    runtime.setInterruptHandler(() => this.mustStop());
    const context = runtime.newContext();
    const read = (text: string, name: string) => context.unwrapResult(context.evalCode(text, name, { strict: false }));
    const globals = read(GLOBALS, "globals.qjs");
    const buffer = read(
      `(function(a,b,c,d){return (0,eval)(${JSON.stringify(`(function(toUtf8,fromUtf8,toBase64,fromBase64){return ${expression(BUFFER)}()})`)})(a,b,c,d)})`,
      "buffer.qjs",
    );
    const tools = context.unwrapResult(context.callFunction(globals, context.undefined, buffer));
    const calls = read(CALLS, "calls.qjs");
    const call = context.unwrapResult(context.callFunction(calls, context.undefined));
    const names = read(JSON.stringify(NAMES), "names");
    for (const handle of [globals, buffer, calls]) handle.dispose();
    return { runtime, context, tools, run: context.getProp(tools, "run"), call, names, make: null, calls: 0 };
  }

  /** Ends a script's runtime; what the host holds of it first. */
  private leave(script: string, ...held: QuickJSHandle[]): void {
    const place = this.places.get(script);
    if (place === undefined) return;
    this.places.delete(script);
    for (const handle of [...held, place.make, place.run, place.call, place.names, place.tools])
      if (handle?.alive) handle.dispose();
    place.context.dispose();
    place.runtime.dispose();
  }

  /** Asked by the VM every few thousand steps of a script. */
  private mustStop(): boolean {
    if (this.stop !== null) return true;
    if (this.bytes > FIRST_PAGES * PAGE + this.limits.memoryBytes) this.stop = "memory";
    else {
      const wall = performance.now() - this.startedAt;
      if (wall < this.limits.cpuMs) return false;
      const { user, system } = process.threadCpuUsage(this.startedCpu);
      if (wall >= this.limits.wallMs || (user + system) / 1000 >= this.limits.cpuMs) this.stop = "timeout";
    }
    return this.stop !== null;
  }
}

/** A file whose last expression is what it is for: without the comments before it. */
function expression(text: string): string {
  return text.slice(text.indexOf("(function"));
}
