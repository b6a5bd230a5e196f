const { followState, serverOf } = require("../lib/status");
const { filterOf } = require("../lib/topics");
const { typed } = require("../lib/values");

module.exports = (RED) => {
  /** Hears measurements, each as one message with a payload of its field's type. */
  function FieldcastIn(config) {
    RED.nodes.createNode(this, config);
    this.server = serverOf(RED, this, config.server);
    if (!this.server) return;
    let filter;
    try {
      filter = filterOf(config);
    } catch (error) {
      this.status({ fill: "red", shape: "ring", text: RED._("fieldcast-in.status.filter") });
      return this.error(error.message);
    }
    const { connection, fields } = this.server;
    followState(RED, this);
    const qos = [0, 1, 2].includes(Number(config.qos)) ? Number(config.qos) : 1;
    const stop = connection.subscribe(
      filter,
      qos,
      async (packet) => this.send(await messageOf(fields, packet)),
      (error, note) => {
        if (error) {
          this.status({ fill: "red", shape: "ring", text: RED._("fieldcast-in.status.refused") });
          this.error(`${filter}: ${error.message}`);
        } else if (note) this.warn(`${filter}: ${note}`);
      },
    );
    this.on("close", (removed, done) => {
      stop(removed);
      done();
    });
  }
  RED.nodes.registerType("fieldcast-in", FieldcastIn);
};

/** @param {import("../lib/fields").Fields} fields */
async function messageOf(fields, { topic, payload, qos, retain, properties }) {
  const [, product, device, field] = topic.split("/");
  const { timestamp, unit } = properties?.userProperties ?? {};
  const type = await fields.type(product, field);
  return {
    topic,
    payload: typed(payload.toString("utf8"), type),
    product,
    device,
    field,
    type,
    unit: unit ?? null,
    timestamp,
    qos,
    retain,
  };
}
