import type { EventStream } from "./connection.ts";

type Hear = Parameters<EventStream["addEventListener"]>[1];

/** Takes Server-Sent Events out of text that comes in pieces (WHATWG HTML, section 9.2.6, as far as this server sends them). */
export class EventParser {
  private rest = "";
  private name = "";
  private data: string[] = [];
  private id = "";

  constructor(private readonly hear: (name: string, event: { data: string; lastEventId: string }) => void) {}

  push(text: string): void {
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop() ?? "";
    for (const line of lines) this.line(line);
  }
  private line(line: string): void {
    if (line === "") {
      if (this.data.length > 0) this.hear(this.name || "message", { data: this.data.join("\n"), lastEventId: this.id });
      this.name = "";
      this.data = [];
      return;
    }
    const at = line.indexOf(":");
    const [key, value] = at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1).replace(/^ /, "")];
    if (key === "event") this.name = value;
    else if (key === "data") this.data.push(value);
    else if (key === "id") this.id = value;
  }
}

/** A stream of events with headers of its own, which EventSource cannot send. It never comes back by itself. */
export function fetchStream(address: string, headers: Readonly<Record<string, string>>): EventStream {
  const ending = new AbortController();
  const hears = new Map<string, Hear>();
  const tell = (name: string, event: { data: string; lastEventId: string }) => hears.get(name)?.(event);
  const read = async () => {
    const answer = await fetch(address, { headers, signal: ending.signal });
    if (!answer.ok || answer.body === null) throw new TypeError(`${answer.status}`);
    tell("open", { data: "", lastEventId: "" });
    const parser = new EventParser(tell);
    const decoder = new TextDecoder();
    const reader = answer.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read())
      parser.push(decoder.decode(part.value, { stream: true }));
    throw new TypeError("the stream is over");
  };
  read().catch(() => {
    if (!ending.signal.aborted) tell("error", { data: "", lastEventId: "" });
  });
  return {
    addEventListener: (name, hear) => void hears.set(name, hear),
    close: () => ending.abort(),
  };
}
