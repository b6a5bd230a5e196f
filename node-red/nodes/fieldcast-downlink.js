const { answering, serverOf } = require("../lib/status");
const { targetOf } = require("../lib/topics");

module.exports = (RED) => {
  /** Sends a downlink of the product to one device. */
  function FieldcastDownlink(config) {
    RED.nodes.createNode(this, config);
    this.server = serverOf(RED, this, config.server);
    if (!this.server) return;
    const { api } = this.server;
    answering(RED, this, async (msg) => {
      const { product, device } = targetOf({ ...config, field: "" }, msg);
      const downlink = String(config.downlink || msg.downlink || "").trim();
      if (downlink === "") throw new Error(RED._("fieldcast-downlink.error.noDownlink"));
      const { payload } = msg;
      const values = payload !== null && typeof payload === "object" && !Buffer.isBuffer(payload) ? payload : undefined;
      const sent = await api.ask("POST", ["products", product, "devices", device, "downlinks"], {
        body: { downlink, ...(values && { values }) },
      });
      return { ...msg, product, device, payload: sent };
    });
  }
  RED.nodes.registerType("fieldcast-downlink", FieldcastDownlink);
};
