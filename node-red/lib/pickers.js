const mqtt = require("mqtt");
const { inWords } = require("./api");

const MOST = 200;

/**
 * Lists for the dialogs: what the token may see.
 * @param {() => {api: import("./api").Api}} of throws in words when the configuration is not complete
 * @param {string} what `products`, `devices`, `fields`, `downlinks`
 * @param {{product?: string, search?: string}} by
 * @returns {Promise<{value: string, label: string}[]>}
 */
async function ask(of, what, { product, search }) {
  const { api } = of();
  try {
    return (await LISTS[what]?.(api, product, search)) ?? [];
  } finally {
    api.close();
  }
}

const named = (id, name) => ({ value: id, label: name && name !== id ? `${id} – ${name}` : id });
const LISTS = {
  products: async (api, _product, search) =>
    (await api.all(["products"], { query: { search }, most: MOST })).map(({ slug, name }) => named(slug, name)),
  devices: async (api, product, search) =>
    (await api.all(["devices"], { query: { product: product === "+" ? undefined : product, search }, most: MOST })).map(
      ({ id, name }) => named(id, name),
    ),
  fields: async (api, product) =>
    product && product !== "+"
      ? (await api.all(["products", product, "fields"])).map(({ id, name, type, unit }) => ({
          value: id,
          label: `${named(id, name).label} (${[type, unit].filter(Boolean).join(", ")})`,
        }))
      : [],
  downlinks: async (api, product) =>
    product
      ? (await api.all(["products", product, "downlinks"])).map(({ name, description }) => named(name, description))
      : [],
};

/**
 * Tries the configuration step by step.
 * @returns {Promise<{steps: {step: "http" | "token" | "mqtt", ok: boolean, text: string}[]}>} up to the first that failed
 */
async function test(of) {
  const { api, place, token } = of();
  const steps = [];
  try {
    const rights = await api.ask("GET", ["rights"]);
    steps.push({ step: "http", ok: true, text: place.http.host });
    steps.push({ step: "token", ok: true, text: rights.account?.name ?? "" });
    await login(place, token);
    steps.push({ step: "mqtt", ok: true, text: place.mqtt });
  } catch (error) {
    const reached = error.status > 0;
    if (reached && steps.length === 0 && error.code !== "no_fieldcast")
      steps.push({ step: "http", ok: true, text: place.http.host });
    steps.push({
      step: steps.length === 0 ? "http" : steps.length === 1 ? "token" : "mqtt",
      ok: false,
      text: error.message,
    });
  } finally {
    api.close();
  }
  return { steps };
}

function login(place, token) {
  return new Promise((resolve, reject) => {
    const client = mqtt.connect(place.mqtt, {
      ...place.tls,
      protocolVersion: 5,
      username: token,
      password: token,
      reconnectPeriod: 0,
      connectTimeout: 10_000,
    });
    const ended = (error) => {
      client.end(true);
      if (error) reject(error);
      else resolve();
    };
    client.once("connect", () => ended());
    client.once("error", (error) => ended(new Error(`${place.mqtt}: ${inWords(error)}`)));
    client.once("close", () => ended(new Error(`${place.mqtt}: the connection was closed`)));
  });
}

module.exports = { ask, test };
