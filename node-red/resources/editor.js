/** What the dialogs of all fieldcast nodes share: lists that are asked of the server, as Node-RED's `autoComplete` shows them. */
(() => {
  const FIELDS = ["host", "useTls", "mqttPort", "httpPort", "tls"];

  /** Asks the runtime, with what the configuration node has in the editor: it need not be deployed. */
  function ask(what, serverId, more) {
    const node = RED.nodes.node(serverId);
    if (!node) return Promise.reject(new Error("no server"));
    const settings = Object.fromEntries(FIELDS.map((name) => [name, node[name]]));
    return post(what, { ...settings, id: serverId, token: node.credentials?.token, ...more });
  }

  function post(what, body) {
    return new Promise((resolve, reject) => {
      $.ajax({
        url: `fieldcast/ask/${what}`,
        type: "POST",
        contentType: "application/json",
        data: JSON.stringify(body),
      })
        .done(resolve)
        .fail((answer) => reject(new Error(answer.responseJSON?.message ?? `HTTP ${answer.status}`)));
    });
  }

  /** Makes an input a list that may also be written in. @param {() => object} by what the list depends on */
  function picker(selector, what, by, note) {
    const input = $(selector);
    if (input.length === 0) return;
    input.autoComplete({
      minLength: 0,
      search: (typed, done) => {
        const wanted = String(typed ?? "").trim();
        const search = wanted === "+" ? "" : wanted.split(",").pop().trim();
        ask(what, $("#node-input-server").val(), { ...by(), search })
          .then((found) => {
            note.text("");
            const low = search.toLowerCase();
            done(found.filter(({ label }) => low === "" || label.toLowerCase().includes(low)));
          })
          .catch((error) => {
            note.text(error.message);
            done([]);
          });
      },
    });
  }

  /** Enters the lists of a dialog whose inputs are `node-input-product`, `-device`, `-field`, `-fields`, `-downlink`. */
  function pickers() {
    const note = $("#fieldcast-note");
    const product = () => String($("#node-input-product").val() ?? "").trim();
    picker("#node-input-product", "products", () => ({}), note);
    picker("#node-input-device", "devices", () => ({ product: product() }), note);
    picker("#node-input-field", "fields", () => ({ product: product() }), note);
    picker("#node-input-fields", "fields", () => ({ product: product() }), note);
    picker("#node-input-downlink", "downlinks", () => ({ product: product() }), note);
  }

  window.fieldcastEditor = { pickers, post };
})();
