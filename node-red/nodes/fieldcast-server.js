const { Api } = require("../lib/api");
const { Connection } = require("../lib/connection");
const { Fields } = require("../lib/fields");
const { placeOf } = require("../lib/place");
const { ask, test } = require("../lib/pickers");

const WAITING = 1_000;

module.exports = (RED) => {
  /** What each configuration has subscribed to, over its deployments. */
  const filters = new Map();
  /** Where the server is and who asks; one connection for all nodes that name it. */
  function FieldcastServer(config) {
    RED.nodes.createNode(this, config);
    const token = String(this.credentials?.token ?? "").trim();
    try {
      this.place = placeOf(config, tlsOf(RED, config.tls));
    } catch (error) {
      return this.error(error.message);
    }
    if (token === "") return this.error(RED._("fieldcast-server.error.noToken"));
    this.api = new Api(this.place, token);
    this.fields = new Fields(this.api);
    this.connection = new Connection({
      place: this.place,
      token,
      clientId: String(config.clientId ?? "").trim() || `node-red-${this.id}`,
      keep: config.keep ? Math.max(0, Math.round(Number(config.keepHours) || 0) * 3600) : 0,
      waiting: Math.max(1, Number(config.waiting) || WAITING),
      memory: {
        get: () => filters.get(this.id) ?? [],
        set: (wanted) => filters.set(this.id, wanted),
      },
    });
    let said = "";
    /** Logs what all nodes of it would say alike. */
    this.sayOnce = (text) => {
      if (text !== said) this.warn(text);
      said = text;
    };
    this.connection.on("state", ({ state }) => {
      if (state === "connected") said = "";
    });
    this.on("close", (done) => {
      this.api.close();
      this.connection.close().then(() => done(), done);
    });
  }
  RED.nodes.registerType("fieldcast-server", FieldcastServer, { credentials: { token: { type: "password" } } });

  // asked by the dialogs of the editor, also for a configuration that is not deployed yet: who may change flows could ask with its token anyway
  const allowed = RED.auth.needsPermission("flows.write");
  RED.httpAdmin.post("/fieldcast/ask/:what", allowed, (request, response) => {
    const { what } = request.params;
    const answer = what === "test" ? test : ask;
    answer(apiFor(RED, request.body ?? {}), what, request.body ?? {}).then(
      (value) => response.json(value),
      (error) => response.status(400).json({ message: error.message }),
    );
  });
};

/** The address and token that the dialog holds; a token that is not shown there is the deployed one. */
function apiFor(RED, { id, token, ...config }) {
  return () => {
    const given = String(token ?? "").trim() || String(RED.nodes.getCredentials(id)?.token ?? "").trim();
    if (given === "") throw new Error(RED._("fieldcast-server.error.noToken"));
    const place = placeOf(config, tlsOf(RED, config.tls));
    return { place, token: given, api: new Api(place, given) };
  };
}

/** Options of Node-RED's own TLS configuration. */
function tlsOf(RED, id) {
  const options = {};
  if (id) RED.nodes.getNode(id)?.addTLSOptions?.(options);
  return options;
}
