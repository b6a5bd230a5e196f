/** Reads Server-Sent Events (WHATWG HTML, 9.2) of an answer. */
export class EventReader {
  #reader;
  #decoder = new TextDecoder();
  #text = "";
  /** The newest id, also of events without data. */
  lastEventId;

  constructor(body) {
    this.#reader = body.getReader();
  }

  async *[Symbol.asyncIterator]() {
    let event = "message";
    let data = [];
    for await (const line of this.#lines()) {
      if (line === "") {
        if (data.length > 0) yield { event, id: this.lastEventId, data: data.join("\n") };
        event = "message";
        data = [];
        continue;
      }
      const colon = line.indexOf(":");
      const name = colon === -1 ? line : line.slice(0, colon);
      const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (name === "event") event = value;
      else if (name === "data") data.push(value);
      else if (name === "id" && value !== "") this.lastEventId = value;
    }
  }

  /** Whole lines; what the stream breaks off is none. */
  async *#lines() {
    for (;;) {
      const { done, value } = await this.#reader.read();
      if (done) return;
      this.#text += this.#decoder.decode(value, { stream: true });
      const lines = this.#text.split(/\r\n|\n|\r(?!$)/);
      this.#text = lines.pop() ?? "";
      yield* lines;
    }
  }

  async close() {
    await this.#reader.cancel().catch(() => {});
  }
}
