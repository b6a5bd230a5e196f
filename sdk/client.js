import { EventReader } from "./events.js";
import { OPERATIONS } from "./operations.js";

/** A refusal of the server: what is wrong and what to do is the message, `code` is one of its catalogue. */
export class FieldcastError extends Error {
  constructor(status, body, retryAfter) {
    super(body.detail ?? body.message ?? `The server answered ${status}.`);
    this.name = "FieldcastError";
    this.status = status;
    this.code = body.code ?? null;
    this.retryAfter = retryAfter;
    this.problem = body;
  }
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

export class Fieldcast {
  #url;
  #token;
  #fetch;

  constructor({ url, token, fetch = globalThis.fetch }) {
    this.#url = String(url).replace(/\/+$/, "");
    this.#token = token;
    this.#fetch = fetch;
  }

  static {
    for (const [name, operation] of Object.entries(OPERATIONS)) {
      Fieldcast.prototype[name] = function (parameters = {}) {
        return this.#operate(operation, parameters);
      };
    }
  }

  async #operate({ method, path, query, body }, parameters) {
    const address = path.replace(/\{(\w+)\}/g, (_, name) => segment(name, parameters[name]));
    const headers = {};
    if (parameters.if_match !== undefined) headers["If-Match"] = parameters.if_match;
    if (parameters.idempotency_key !== undefined) headers["Idempotency-Key"] = parameters.idempotency_key;
    if (body !== null) headers["Content-Type"] = body;
    const answer = await this.#ask(method, `/api/v1${address}${search(query, parameters)}`, {
      headers,
      body: body === "application/json" ? JSON.stringify(parameters.body) : parameters.body,
      signal: parameters.signal,
    });
    const { status, headers: told } = answer;
    // a table, a file or a stream of events is read by who asked
    const isJson = /^application\/json\b/.test(told.get("Content-Type") ?? "");
    return { data: isJson ? await answer.json() : answer.body, etag: told.get("ETag"), status, headers: told };
  }

  async *all(list, parameters = {}) {
    let cursor;
    do {
      const { data } = await this[list]({ ...parameters, cursor });
      yield* data.items;
      cursor = data.next;
    } while (cursor !== null);
  }

  async record(device, measurement, { signal } = {}) {
    const path = `/v1/devices/${segment("device", device)}/record/`;
    await (await this.#send(path, measurement, signal)).json();
  }

  async recordBatch(device, measurements, { signal } = {}) {
    const path = `/v1/devices/${segment("device", device)}/record/?batch=true`;
    const { recorded } = await (await this.#send(path, measurements, signal)).json();
    return recorded;
  }

  async history(request, { signal } = {}) {
    return (await this.#send("/v1/history", { ...request, format: "json" }, signal)).json();
  }

  async *historyRows(request, options) {
    let cursor;
    do {
      const { rows, next } = await this.history({ ...request, ...(cursor !== undefined && { cursor }) }, options);
      yield* rows;
      cursor = next ?? undefined;
    } while (cursor !== undefined);
  }

  async *live({ products = [], devices = [], fields = [], lastEventId } = {}, { signal } = {}) {
    const wish = { products: products.join(","), devices: devices.join(","), fields: fields.join(",") };
    const path = `/api/v1/live${search(Object.keys(wish), wish)}`;
    let last = lastEventId;
    let wait = FIRST_WAIT_MS;
    while (!signal?.aborted) {
      const reader = await this.#listen(path, last, signal);
      if (reader !== null) {
        try {
          for await (const { event, id, data } of reader) {
            last = id;
            wait = FIRST_WAIT_MS;
            if (event === "measurement" || event === "gap") yield { type: event, id, ...JSON.parse(data) };
          }
        } catch (error) {
          if (!(signal?.aborted || isLost(error))) throw error;
        } finally {
          await reader.close();
          last = reader.lastEventId ?? last;
        }
      }
      await pause(wait, signal);
      wait = Math.min(LONGEST_WAIT_MS, wait * 2);
    }
  }

  /** Null: nobody answers, or there is too much to do, or it was aborted. */
  async #listen(path, last, signal) {
    const headers = { Accept: "text/event-stream", ...(last !== undefined && { "Last-Event-ID": last }) };
    try {
      const { body } = await this.#ask("GET", path, { headers, signal });
      return new EventReader(body);
    } catch (error) {
      if (signal?.aborted || isLost(error)) return null;
      throw error;
    }
  }

  #send(path, value, signal) {
    const headers = { "Content-Type": "application/json" };
    return this.#ask("POST", path, { headers, body: JSON.stringify(value), signal });
  }

  async #ask(method, path, { headers, body, signal }) {
    const answer = await this.#fetch(this.#url + path, {
      method,
      headers: { Authorization: `Token ${this.#token}`, ...headers },
      ...(body !== undefined && { body }),
      ...(signal !== undefined && { signal }),
    });
    if (answer.ok) return answer;
    const text = await answer.text();
    const after = Number(answer.headers.get("Retry-After") ?? Number.NaN);
    throw new FieldcastError(answer.status, parsed(text), Number.isNaN(after) ? null : after);
  }
}

/** A part of an address. An empty one would make it another address. */
function segment(name, value) {
  if (value === undefined || value === null || value === "") throw new TypeError(`${name} is missing`);
  const text = String(value);
  if (text === "." || text === "..") throw new TypeError(`${name} is not ${text}`);
  return encodeURIComponent(text);
}

function search(names, values) {
  const given = names.filter((name) => values[name] !== undefined && values[name] !== null && values[name] !== "");
  const text = new URLSearchParams(given.map((name) => [name, String(values[name])])).toString();
  return text === "" ? "" : `?${text}`;
}

function parsed(text) {
  try {
    const body = JSON.parse(text);
    return typeof body === "object" && body !== null ? body : {};
  } catch {
    return {};
  }
}

/** Whether another try may go well: not after a refusal, save that there is too much to do. */
function isLost(error) {
  return !(error instanceof FieldcastError) || error.status === 429 || error.status >= 500;
}

function pause(ms, signal) {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done);
  });
}
