import { Refusal } from "../../base/errors.ts";
import { type Row, rowsOf } from "../../decoders/results.ts";
import type { Sandbox } from "../../decoders/sandbox.ts";
import type { Script } from "../../decoders/types.ts";
import { scriptOf } from "../../decoders/worker.ts";
import { productDecoder } from "../../fleet/decoders.ts";
import type { Directory } from "../../fleet/directory.ts";
import type { DeviceNode, ProductNode } from "../../fleet/nodes.ts";
import type { Decoder } from "../../fleet/types.ts";
import { uplinkInput } from "../../networks/decoder-input.ts";
import type { NetworkEvent } from "../../networks/types.ts";
import type { Decoded, Incoming } from "../types.ts";
import { type CurrentValue, deviceGlobals, productGlobals, variablesOf } from "./globals.ts";
import { type DecoderInput, messageInput, requestInput } from "./inputs.ts";
import { withSerials } from "./named.ts";
import { withoutKeys } from "./keys.ts";
import { nativeRows } from "./native.ts";

/** One thing that came, for one product: a request, a message, or an event of a network with its device. */
export interface Unit {
  readonly incoming: Incoming;
  readonly product: ProductNode;
  readonly device: DeviceNode | null;
  readonly event: NetworkEvent | null;
}
/** What was read of it. */
export interface Reading {
  /** Null: the product has no decoder, or nothing was to be decoded. */
  readonly decoded: Decoded | null;
  readonly rows: readonly Row[];
  /** How many values there were beyond the rows that are taken of one result. */
  readonly left: number;
  readonly messages: readonly string[];
}

interface DecodeNeeds {
  readonly directory: Directory;
  readonly sandbox: Pick<Sandbox, "call">;
  readonly current: CurrentValue;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const NO_DECODER = "the product has no decoder. Set one: fieldcast decoder set";

/** Turns what came into rows, by the product's decoder or without one. */
export class Decoding {
  private readonly scripts = new WeakMap<Decoder, Script>();

  constructor(private readonly needs: DecodeNeeds) {}

  /** @throws Refusal overloaded: the sandbox has no room, and it is worth sending it again */
  async read(unit: Unit): Promise<Reading> {
    return this.readWith(unit, productDecoder(this.needs.directory, unit.product));
  }

  /** The same by a decoder that need not be the product's; null: none. */
  async readWith(unit: Unit, decoder: Decoder | null): Promise<Reading> {
    const { event } = unit;
    if (event !== null && event.uplink === null) return { decoded: null, rows: [], left: 0, messages: [] };
    // a payload that the network keeps to itself, or has not decrypted, is nothing that a decoder could read
    const unreadable = event?.uplink != null && (event.uplink.encrypted || !event.uplink.bytes?.length);
    return decoder === null || unreadable ? plainly(unit, decoder !== null) : this.decode(unit, decoder);
  }

  private async decode(unit: Unit, decoder: Decoder): Promise<Reading> {
    const { product } = unit;
    const mentions = (name: string) => decoder.code.includes(name);
    const { kind, input, globals } = this.inputOf(unit, mentions);
    const outcome = await this.needs.sandbox.call({
      workspace: String(product.row.workspace),
      script: this.scriptOf(decoder),
      kind,
      ...(decoder.function !== null && { declared: decoder.function }),
      input,
      globals,
    });
    // what a script writes is told to others, too: who may read the devices, and webhooks
    const shown = (text: string) => withoutKeys(text, product);
    const told = { version: decoder.number, ms: outcome.ms, log: outcome.log.map(shown) };
    if (!outcome.ok) {
      const { reason, message, line } = outcome;
      if (reason === "busy" || reason === "stopped")
        throw new Refusal(
          "overloaded",
          "The decoders have no room for this at the moment. Send it again.",
          undefined,
          1,
        );
      const slug = product.row.slug;
      const again = `Mend it and set it anew; or try it again as it is: fieldcast decoder off ${slug}, then fieldcast decoder roll-back ${slug} --number ${decoder.number}`;
      const messages = reason === "off" ? [again] : [];
      return {
        decoded: { ...told, called: null, output: null, error: { message: shown(message), line } },
        rows: [],
        left: 0,
        messages,
      };
    }
    const { called, result } = outcome;
    const { rows, errors, warnings, left } = rowsOf(called, kind === "uplink" ? result : withSerials(result));
    const error = errors.length > 0 ? { message: shown(errors.join("; ")), line: null } : null;
    return { decoded: { ...told, called, output: result, error }, rows, left, messages: warnings };
  }

  private inputOf(unit: Unit, mentions: (name: string) => boolean): DecoderInput {
    const { incoming, product, event, device } = unit;
    if (event !== null && event.uplink !== null && device !== null) {
      const variables = mentions("variables") ? variablesOf(this.needs.directory, device) : {};
      const { input, globals } = uplinkInput(event, event.uplink, this.needs.now(), variables, mentions);
      return { kind: "uplink", input, globals: { ...globals, ...deviceGlobals(this.needs, mentions, device) } };
    }
    const { topic, request } = incoming;
    const text = new TextDecoder().decode(incoming.body);
    const asked = topic === null ? requestInput(request ?? NO_REQUEST, text, incoming.body) : messageInput(topic, text);
    const known = productGlobals(this.needs, mentions, product, () => JSON.stringify([text, topic, request]));
    return { ...asked, globals: known };
  }

  /** The rows of versions never change, and the hash of a long script takes its time. */
  private scriptOf(decoder: Decoder): Script {
    const known = this.scripts.get(decoder);
    if (known !== undefined) return known;
    const script = scriptOf(decoder.code);
    this.scripts.set(decoder, script);
    return script;
  }
}

const NO_REQUEST = { method: "POST", path: "/", query: [], headers: [], form: [] } as const;

/** Without a decoder, or without anything for it. */
function plainly({ incoming, event, product }: Unit, hasDecoder: boolean): Reading {
  if (event === null) {
    const { rows, warnings, left, problem } = nativeRows(incoming.body, incoming.request, product);
    return { decoded: null, rows, left, messages: problem === null ? warnings : [problem] };
  }
  const { decoded = null, encrypted = false } = event.uplink ?? {};
  if (typeof decoded !== "object" || decoded === null) {
    const why = encrypted
      ? "The payload is still encrypted: let the network decrypt it, for which it needs the AppSKey."
      : hasDecoder
        ? "The uplink has no payload."
        : `The network sent no decoded payload, and ${NO_DECODER} ${product.row.slug} FILE`;
    return { decoded: null, rows: [], left: 0, messages: [why] };
  }
  const { rows, warnings, left } = rowsOf("Decoder", decoded);
  return { decoded: null, rows, left, messages: warnings };
}
