const { rangeOf } = require("../lib/range");
const { answering, serverOf } = require("../lib/status");
const { targetOf } = require("../lib/topics");

const MOST_ROWS = 100_000;

module.exports = (RED) => {
  /** Recorded measurements of one device, raw or in buckets: a list of rows `{time, FIELD: value}`. */
  function FieldcastHistory(config) {
    RED.nodes.createNode(this, config);
    this.server = serverOf(RED, this, config.server);
    if (!this.server) return;
    const { api } = this.server;
    answering(RED, this, async (msg) => {
      const { product, device } = targetOf({ ...config, field: "" }, msg);
      const query = {
        products: product,
        devices: device,
        fields: fieldsOf(config.fields || msg.fields || msg.field),
        ...rangeOf(config, msg, Date.now()),
        resolution: config.resolution || msg.resolution,
        aggregation: config.aggregation || msg.aggregation,
        zone: config.zone || msg.zone,
      };
      return { ...msg, product, device, payload: await rowsOf(api, query) };
    });
  }
  RED.nodes.registerType("fieldcast-history", FieldcastHistory);
};

function fieldsOf(given) {
  const list = (Array.isArray(given) ? given : String(given ?? "").split(","))
    .map((one) => String(one).trim())
    .filter((one) => one !== "");
  return list.length === 0 ? undefined : list.join(",");
}

async function rowsOf(api, query) {
  const rows = [];
  let cursor;
  do {
    const answer = await api.ask("GET", ["history"], { query: { ...query, cursor } });
    for (const { product: _product, device: _device, ...row } of answer.rows) rows.push(row);
    cursor = answer.next ?? undefined;
    if (rows.length > MOST_ROWS)
      throw new Error(
        `There are more than ${MOST_ROWS} measurements: ask for a shorter time, or for a resolution such as 1h.`,
      );
  } while (cursor !== undefined);
  return rows;
}
