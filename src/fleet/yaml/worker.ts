import { errorText, Refusal } from "../../base/errors.ts";
import { nonceFor, thoroughly } from "./parse.ts";
import { cutUp } from "./pieces.ts";

/** The entry of the thread in which YAML is parsed: one text, then its value piece by piece, as they are asked for. */
declare const self: Worker;

export type YamlAnswer =
  | { readonly mark: string }
  | { readonly piece: string }
  /** refused: what is wrong with the text; otherwise with us */
  | { readonly failure: string; readonly refused: boolean };

// only far.ts posts here
self.onmessage = (event: MessageEvent) => begin(event.data as string);

function begin(text: string): void {
  const answer = (what: YamlAnswer) => self.postMessage(what);
  try {
    const mark = nonceFor(text);
    const pieces = cutUp(thoroughly(text), mark).values();
    self.onmessage = () => answer({ piece: String(pieces.next().value) });
    answer({ mark });
  } catch (error) {
    answer({ failure: errorText(error), refused: error instanceof Refusal });
  }
}
