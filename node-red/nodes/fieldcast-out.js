const { followState, serverOf } = require("../lib/status");
const { targetOf, topicOf } = require("../lib/topics");
const { payloadOf, timestampOf } = require("../lib/values");

module.exports = (RED) => {
  /** Records what comes in. First output: the message, once it is stored. Second: the message with `refusal`, when it is refused. */
  function FieldcastOut(config) {
    RED.nodes.createNode(this, config);
    this.server = serverOf(RED, this, config.server);
    if (!this.server) return;
    const { connection } = this.server;
    connection.start();
    followState(RED, this);
    const qos = Number(config.qos) === 2 ? 2 : 1;
    this.on("input", async (msg, send, done) => {
      try {
        const target = targetOf(config, msg);
        await connection.publish(topicOf(target), payloadOf(msg.payload, target.field === ""), {
          qos,
          timestamp: timestampOf(msg.timestamp),
        });
        send([msg, null]);
        done();
      } catch (error) {
        msg.refusal = { code: error.code ?? "invalid_message", message: error.message };
        send([null, msg]);
        // wired up, the refusal is the flow's to handle; otherwise it must not go unseen
        if ((this.wires?.[1]?.length ?? 0) > 0) done();
        else done(error);
      }
    });
  }
  RED.nodes.registerType("fieldcast-out", FieldcastOut);
};
