const { answering, serverOf } = require("../lib/status");
const { targetOf } = require("../lib/topics");

module.exports = (RED) => {
  /** The newest values of one device: of one field its value, otherwise an object of all. */
  function FieldcastCurrent(config) {
    RED.nodes.createNode(this, config);
    this.server = serverOf(RED, this, config.server);
    if (!this.server) return;
    const { api } = this.server;
    answering(RED, this, async (msg) => {
      const { product, device, field } = targetOf(config, msg);
      const query = { fields: field === "" ? undefined : field.toUpperCase() };
      const { values } = await api.ask("GET", ["products", product, "devices", device, "values"], { query });
      Object.assign(msg, {
        product,
        device,
        values: Object.fromEntries(values.map(({ field: id, ...value }) => [id, value])),
      });
      if (field === "")
        return { ...msg, payload: Object.fromEntries(values.map(({ field: id, value }) => [id, value])) };
      const [{ field: id, value, unit, time, type } = {}] = values;
      return {
        ...msg,
        payload: value ?? null,
        field: id ?? field.toUpperCase(),
        unit: unit ?? null,
        timestamp: time ?? undefined,
        type,
      };
    });
  }
  RED.nodes.registerType("fieldcast-current", FieldcastCurrent);
};
