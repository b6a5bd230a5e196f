const { EventEmitter } = require("node:events");
const mqtt = require("mqtt");
const { inWords } = require("./api");
const { Outgoing } = require("./outgoing");
const { identifierOf } = require("./topics");

const RETRY_MS = 2_000;
/** After a refusal that will hardly change by itself, or when another client took the session over. */
const LONG_RETRY_MS = 30_000;
const CLOSE_MS = 3_000;
const RESTART_MS = 5_000;
const PATIENT = new Set([0x86, 0x87, 0x8a, 0x8e, 0x98]);

/**
 * One MQTT 5 connection that all nodes of a configuration share. Emits `state` with {state, text}: `connecting`, `connected`, `refused`, `away`.
 * Publishes wait while the server is away, up to a bound, and never more than it can take (Receive Maximum) are on their way.
 */
class Connection extends EventEmitter {
  /**
   * @param {object} options
   * @param {import("./place").Place} options.place
   * @param {string} options.token
   * @param {string} options.clientId
   * @param {number} options.keep seconds for which the server keeps the session; 0: none
   * @param {number} options.waiting most publishes that wait
   * @param {{get(): string[], set(filters: string[]): void}} options.memory the filters that the server's session has, from one deployment to the next
   */
  constructor({ place, token, clientId, keep, waiting, memory }) {
    super();
    this.setMaxListeners(0);
    Object.assign(this, { place, token, clientId, keep, memory });
    this.now = { state: "away", text: "" };
    this.routes = new Map();
    this.outgoing = new Outgoing(waiting, () => (this.client?.connected ? this.client : undefined));
    this.client = undefined;
  }

  /** Connects, when nothing has yet. */
  start() {
    if (this.client || this.closed) return;
    this.tell("connecting", "");
    const client = mqtt.connect(this.place.mqtt, {
      ...this.place.tls,
      protocolVersion: 5,
      clientId: this.clientId,
      username: this.token,
      password: this.token,
      clean: this.keep === 0,
      properties: { sessionExpiryInterval: this.keep },
      reconnectPeriod: RETRY_MS,
      reconnectOnConnackError: true,
      resubscribe: false,
      queueQoSZero: false,
      keepalive: 30,
    });
    this.client = client;
    // acknowledged once the flow has it: what comes meanwhile waits at the server
    client.handleMessage = (packet, done) => {
      this.deliver(packet).then(() => done(), done);
    };
    client.on("connect", (answer) => {
      client.options.reconnectPeriod = RETRY_MS;
      this.outgoing.window = answer.properties?.receiveMaximum ?? 65_535;
      this.tell("connected", "");
      // a session that was kept may be of an older flow: asking again for what is there costs nothing
      for (const route of this.routes.values()) this.ask(route);
      this.forget(answer.sessionPresent ? this.memory.get() : []);
      this.outgoing.drain();
    });
    let words;
    client.on("packetreceive", ({ cmd, properties }) => {
      if (cmd === "connack") words = properties?.reasonString;
    });
    client.on("error", (error) => this.failed(error.code, words ?? error.message, error));
    client.on("disconnect", (packet) => this.failed(packet.reasonCode, packet.properties?.reasonString));
    client.on("close", () => {
      if (this.now.state === "connected" || this.now.state === "connecting") this.tell("away", "");
    });
  }

  failed(code, text, error) {
    const refused = typeof code === "number";
    if (refused && PATIENT.has(code)) this.client.options.reconnectPeriod = LONG_RETRY_MS;
    this.tell(
      refused ? "refused" : "away",
      refused ? text || `reason 0x${code.toString(16)}` : inWords(error ?? new Error(text)),
    );
  }

  tell(state, text) {
    this.now = { state, text };
    this.emit("state", this.now);
  }

  /**
   * @param {string} filter
   * @param {0 | 1 | 2} qos
   * @param {(packet: object) => Promise<void> | void} take is waited for before the message is acknowledged
   * @param {(error: Error | null, note?: string) => void} told what the server said: a refusal, or its remark (nothing of that name is there)
   * @returns {(removed: boolean) => void} ends it; of a node that is only started anew the server keeps the subscription for a moment
   */
  subscribe(filter, qos, take, told) {
    const id = identifierOf(filter);
    const route = this.routes.get(id) ?? { id, filter, qos, takers: new Map() };
    route.takers.set(take, told);
    route.qos = Math.max(route.qos, qos);
    this.routes.set(id, route);
    this.start();
    if (this.client.connected) {
      this.ask(route);
      this.forget([]);
    }
    return (removed) => {
      route.takers.delete(take);
      if (removed) this.drop(route);
      else setTimeout(() => this.drop(route), RESTART_MS).unref();
    };
  }

  /** Ends what a kept session has of an older flow. */
  forget(filters) {
    const wanted = new Set([...this.routes.values()].map(({ filter }) => filter));
    for (const filter of filters) if (!wanted.has(filter)) this.client.unsubscribe(filter, () => {});
    this.memory.set([...wanted]);
  }

  /** Ends a subscription that no node has any more; not when everything ends, since then the session is to go on. */
  drop({ id, filter, takers }) {
    if (takers.size > 0 || this.closed || this.routes.get(id)?.takers !== takers) return;
    this.routes.delete(id);
    if (this.client.connected) this.forget([filter]);
  }

  ask({ id, filter, qos, takers }) {
    this.client.subscribe(filter, { qos, properties: { subscriptionIdentifier: id } }, (error, _granted, packet) => {
      // without an answer the connection went meanwhile: it is asked again after the next one
      if (!packet) return;
      const note = packet.properties?.reasonString;
      const refused = packet.granted?.some((code) => code >= 0x80);
      for (const told of takers.values()) told(refused ? new Error(note ?? error?.message ?? "refused") : null, note);
    });
  }

  /** To all nodes under whose filters it came; the server names the filters. */
  async deliver(packet) {
    const ids = [packet.properties?.subscriptionIdentifier ?? []].flat();
    const takers = new Set(ids.flatMap((id) => [...(this.routes.get(id)?.takers.keys() ?? [])]));
    for (const take of takers) await take(packet);
  }

  /** Records a value; see `Outgoing`. It is sent when the server is there. */
  publish(topic, payload, options) {
    this.start();
    return this.outgoing.publish(topic, payload, options, this.now.text);
  }

  /** Ends the connection; what still waits is told that. */
  async close() {
    this.closed = true;
    this.outgoing.close();
    const { client } = this;
    if (client) {
      const late = setTimeout(() => client.end(true), CLOSE_MS);
      // what is on its way is answered first, unless the server is away
      await client.endAsync(!client.connected).catch(() => {});
      clearTimeout(late);
    }
    this.removeAllListeners();
  }
}

module.exports = { Connection };
