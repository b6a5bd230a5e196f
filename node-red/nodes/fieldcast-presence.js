const { changesOf, presenceOf } = require("../lib/presence");
const { serverOf } = require("../lib/status");

const SHORTEST_S = 5;
const USUAL_S = 30;

module.exports = (RED) => {
  /** Asks again and again which devices are online. First output: each that came or went. Second: all of them, when a message asks. */
  function FieldcastPresence(config) {
    RED.nodes.createNode(this, config);
    this.server = serverOf(RED, this, config.server);
    if (!this.server) return;
    const state = { known: new Map(), first: true, failed: "" };
    const look = async () => {
      const devices = await devicesOf(this.server.api, config);
      const { changed, after } = changesOf(state.known, devices);
      state.known = after;
      const tell = state.first && !config.tellAtStart ? [] : changed;
      state.first = false;
      state.failed = "";
      this.status({
        fill: "green",
        shape: "dot",
        text: `${devices.filter(({ online }) => online).length}/${devices.length}`,
      });
      for (const device of tell) {
        const { product, device: id, name, online, lastHeard } = presenceOf(device);
        this.send([{ topic: `${product}/${id}`, payload: online, product, device: id, name, lastHeard }, null]);
      }
    };
    const failed = (error) => {
      this.status({ fill: "red", shape: "ring", text: String(error.code ?? "error").slice(0, 20) });
      if (error.message !== state.failed) this.error(error.message);
      state.failed = error.message;
    };
    let timer;
    let closed = false;
    const again = () => {
      if (!closed)
        timer = setTimeout(
          () => look().catch(failed).finally(again),
          Math.max(SHORTEST_S, Number(config.every) || USUAL_S) * 1000,
        );
    };
    look().catch(failed).finally(again);
    this.on("input", async (msg, send, done) => {
      try {
        await look();
        send([null, { ...msg, payload: [...state.known.values()].map(presenceOf) }]);
        done();
      } catch (error) {
        failed(error);
        done(error);
      }
    });
    this.on("close", () => {
      closed = true;
      clearTimeout(timer);
    });
  }
  RED.nodes.registerType("fieldcast-presence", FieldcastPresence);
};

async function devicesOf(api, { product, device, tag }) {
  if (product && device) return [await api.ask("GET", ["products", product, "devices", device])];
  return api.all(["devices"], { query: { product, tag } });
}
