const LOOKS = {
  connecting: { fill: "yellow", shape: "ring" },
  connected: { fill: "green", shape: "dot" },
  refused: { fill: "red", shape: "ring" },
  away: { fill: "red", shape: "ring" },
};

/**
 * Shows the connection's state below a node, and logs each new reason once.
 * @param {object} RED
 * @param {object} node with `server`
 */
function followState(RED, node) {
  let logged = "";
  const show = ({ state, text }) => {
    node.status({
      ...LOOKS[state],
      text: RED._(`node-red-contrib-fieldcast/fieldcast-server:fieldcast-server.status.${state}`),
    });
    if (state === "connected") logged = "";
    if (text !== "" && text !== logged) {
      logged = text;
      node.server.sayOnce(text);
    }
  };
  show(node.server.connection.now);
  node.server.connection.on("state", show);
  node.on("close", () => node.server.connection?.off("state", show));
}

/**
 * The configuration node that a node names, when it can be used; otherwise the node says why not.
 * @returns {object | undefined}
 */
function serverOf(RED, node, id) {
  const server = RED.nodes.getNode(id);
  if (server?.connection) return server;
  const why = server ? "notComplete" : "noServer";
  node.status({
    fill: "red",
    shape: "ring",
    text: RED._(`node-red-contrib-fieldcast/fieldcast-server:fieldcast-server.status.${why}`),
  });
  node.on("input", (_msg, _send, done) =>
    done(new Error(RED._(`node-red-contrib-fieldcast/fieldcast-server:fieldcast-server.error.${why}`))),
  );
  return undefined;
}

/**
 * Answers of the HTTP interface for messages that come in: the status shows that it asks, and what went wrong; errors go to Catch nodes.
 * @param {object} node
 * @param {(msg: object) => Promise<object>} answer the message to send on
 */
function answering(RED, node, answer) {
  let asking = 0;
  node.on("input", async (msg, send, done) => {
    asking++;
    node.status({
      fill: "blue",
      shape: "dot",
      text: RED._("node-red-contrib-fieldcast/fieldcast-server:fieldcast-server.status.asking"),
    });
    try {
      send(await answer(msg));
      asking--;
      if (asking === 0) node.status({});
      done();
    } catch (error) {
      asking--;
      node.status({ fill: "red", shape: "ring", text: String(error.code ?? "error").slice(0, 20) });
      done(error);
    }
  });
}

module.exports = { answering, followState, serverOf };
