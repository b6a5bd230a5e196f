/** Most that are on their way at the same time, however many the server would take. */
const WINDOW = 512;

/** What is to be recorded: it waits while the server is away, up to a bound, and never more than the server takes (Receive Maximum) is on its way. */
class Outgoing {
  /**
   * @param {number} most publishes that wait
   * @param {() => import("mqtt").MqttClient | undefined} client undefined while there is no connection
   */
  constructor(most, client) {
    Object.assign(this, { most, client, queue: [], flying: 0, atOnce: 1 });
  }

  /** The server's Receive Maximum. */
  set window(maximum) {
    this.atOnce = Math.max(1, Math.min(maximum, WINDOW));
  }

  /**
   * @param {string} topic
   * @param {string | Buffer} payload
   * @param {{qos: 1 | 2, timestamp?: string}} options
   * @param {string} why the server is away, in words
   * @returns {Promise<void>} once the server has stored it
   * @throws {Error} with `code` and the words of the refusal
   */
  publish(topic, payload, { qos, timestamp }, why) {
    if (this.queue.length >= this.most)
      return Promise.reject(
        coded("not_connected", `${this.most} messages wait already (${why || "the server is away"}).`),
      );
    return new Promise((resolve, reject) => {
      this.queue.push({ topic, payload, qos, timestamp, resolve, reject });
      this.drain();
    });
  }

  drain() {
    while (this.flying < this.atOnce && this.queue.length > 0 && this.client()) {
      const { topic, payload, qos, timestamp, resolve, reject } = this.queue.shift();
      this.flying++;
      const properties = timestamp === undefined ? {} : { properties: { userProperties: { timestamp } } };
      this.client().publish(topic, payload, { qos, ...properties }, (error, packet) => {
        this.flying--;
        if (error) reject(refusalOf(error, packet));
        else resolve();
        this.drain();
      });
    }
  }

  /** What still waits is told that it will not be sent. */
  close() {
    for (const { reject } of this.queue.splice(0))
      reject(coded("not_connected", "The flow was stopped before this was sent."));
  }
}

function refusalOf(error, packet) {
  const { reasonString, userProperties } = packet?.properties ?? {};
  return coded([userProperties?.code].flat()[0] ?? "refused", reasonString ?? error.message);
}
function coded(code, message) {
  return Object.assign(new Error(message), { code });
}

module.exports = { Outgoing };
