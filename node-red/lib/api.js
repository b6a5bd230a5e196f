const http = require("node:http");
const https = require("node:https");

const TIMEOUT_MS = 30_000;
const PAGES = 100;

/** What the server refused: its code, its words, and the rows of a batch. */
class Refused extends Error {
  constructor(status, code, message, more = {}) {
    super(message);
    this.name = "Refused";
    this.status = status;
    this.code = code;
    Object.assign(this, more);
  }
}

/** The HTTP interface of one server, as one account. Connections are kept open between requests. */
class Api {
  /**
   * @param {import("./place").Place} place
   * @param {string} token
   */
  constructor(place, token) {
    this.place = place;
    this.token = token;
    this.http = place.http.protocol === "https:" ? https : http;
    this.agent = new this.http.Agent({ keepAlive: true, maxSockets: 8, ...place.tls });
  }

  /**
   * @param {string} method
   * @param {readonly string[]} path parts, not yet encoded, below `/api/v1`
   * @param {{query?: Record<string, unknown>, body?: unknown}} [more] what is undefined or empty in `query` is left out
   * @returns {Promise<any>} the answer's JSON; undefined when it has none
   * @throws {Refused} with the server's code and words; code `not_reached` when there was no answer
   */
  ask(method, path, { query = {}, body } = {}) {
    const url = new URL(`api/v1/${path.map(encodeURIComponent).join("/")}`, this.place.http);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined && value !== null && value !== "") url.searchParams.set(name, String(value));
    const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const headers = { Authorization: `Token ${this.token}`, Accept: "application/json" };
    if (bytes) Object.assign(headers, { "Content-Type": "application/json", "Content-Length": bytes.length });
    return new Promise((resolve, reject) => {
      const failed = (error) =>
        reject(new Refused(0, "not_reached", `${this.place.http.host} is not reached: ${inWords(error)}`));
      const request = this.http.request(url, { method, headers, agent: this.agent, timeout: TIMEOUT_MS }, (answer) => {
        const parts = [];
        answer.on("data", (part) => parts.push(part));
        answer.on("error", failed);
        answer.on("end", () => settle(answer.statusCode, Buffer.concat(parts).toString("utf8"), resolve, reject));
      });
      request.on("timeout", () => request.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
      request.on("error", failed);
      request.end(bytes);
    });
  }

  /** All items of a list that comes in pages. @param {number} most of them */
  async all(path, { query = {}, most = 10_000 } = {}) {
    const items = [];
    let cursor;
    for (let page = 0; page < PAGES && items.length < most; page++) {
      const answer = await this.ask("GET", path, { query: { ...query, cursor } });
      items.push(...answer.items);
      cursor = answer.next ?? undefined;
      if (cursor === undefined) break;
    }
    return items.slice(0, most);
  }

  close() {
    this.agent.destroy();
  }
}

function settle(status, text, resolve, reject) {
  let value;
  try {
    value = text === "" ? undefined : JSON.parse(text);
  } catch {
    return reject(
      new Refused(
        status,
        "no_fieldcast",
        `The answer (${status}) is not that of a fieldcast server: is the HTTP port right?`,
      ),
    );
  }
  if (status >= 200 && status < 300) return resolve(value);
  const { code = "refused", message = `HTTP ${status}`, rows } = value ?? {};
  reject(new Refused(status, code, message, rows === undefined ? {} : { rows }));
}

const WORDS = {
  ENOTFOUND: "no such host name",
  ECONNREFUSED: "nothing listens on this port",
  ECONNRESET: "the connection was cut off",
  EHOSTUNREACH: "there is no way to this host",
  ETIMEDOUT: "no answer",
  EPROTO: "the port does not speak TLS",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is not trusted: give the CA of the server in a TLS configuration",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is not trusted: give the CA of the server in a TLS configuration",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is not trusted: give the CA of the server in a TLS configuration",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is not trusted: give the CA of the server in a TLS configuration",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
  CERT_HAS_EXPIRED: "its certificate has expired",
};

/** What a failed connection means. @param {NodeJS.ErrnoException} error */
function inWords(error) {
  return WORDS[error.code] ?? (error.message || error.code || String(error));
}

module.exports = { Api, Refused, inWords };
