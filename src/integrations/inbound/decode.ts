import { Refusal } from "../../base/errors.ts";
import { rowsOf } from "../../decoders/results.ts";
import type { Sandbox } from "../../decoders/sandbox.ts";
import type { Script } from "../../decoders/types.ts";
import { scriptOf } from "../../decoders/worker.ts";
import { productDecoder } from "../../fleet/decoders.ts";
import type { Directory } from "../../fleet/directory.ts";
import type { Decoder } from "../../fleet/types.ts";
import { uplinkInput } from "../../networks/decoder-input.ts";
import { type CurrentValue, deviceGlobals, productGlobals, variablesOf } from "./globals.ts";
import { type DecoderInput, messageInput, requestInput } from "./inputs.ts";
import { withSerials } from "./named.ts";
import { withoutKeys } from "./keys.ts";
import { mappedRows, plainly } from "./plain.ts";
import type { Reading, Unit } from "./unit.ts";

export type { Reading, Unit } from "./unit.ts";

interface DecodeNeeds {
  readonly directory: Directory;
  readonly sandbox: Pick<Sandbox, "call">;
  readonly current: CurrentValue;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

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
    const { event, mapped } = unit;
    if (mapped !== undefined) return mappedRows(unit, mapped);
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
    const { topic, request, bridged } = incoming;
    const text = new TextDecoder().decode(incoming.body);
    const asked = topic === null ? requestInput(request ?? NO_REQUEST, text, incoming.body) : messageInput(topic, text);
    const known = productGlobals(this.needs, mentions, product, () => JSON.stringify([text, topic, request]));
    const parts = mentions("topicParts") ? { topicParts: bridged?.parts ?? {} } : {};
    return { ...asked, globals: { ...known, ...parts } };
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
