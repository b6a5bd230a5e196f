/**
 * Where a fieldcast server is, from what the dialog of the configuration node has.
 *
 * @typedef {object} Place
 * @property {string} mqtt address for MQTT.js, `mqtts://host:8883`
 * @property {URL} http address of the HTTP interface, `https://host:8443/`
 * @property {object} tls options of Node's `tls.connect` for both
 */

const PORTS = { plain: { mqtt: 1883, http: 8080 }, tls: { mqtt: 8883, http: 8443 } };

/**
 * @param {{host?: string, useTls?: boolean, mqttPort?: string | number, httpPort?: string | number}} config
 * @param {object} [tls] from Node-RED's `tls-config`: `ca`, `cert`, `key`, `servername`, `rejectUnauthorized`
 * @returns {Place}
 * @throws {Error} in words, when the host or a port cannot be meant
 */
function placeOf(config, tls = {}) {
  const host = String(config.host ?? "").trim();
  if (host === "") throw new Error("Enter the name or address of the server.");
  if (/[\s/@?#]/.test(host))
    throw new Error(`"${host}" is no host name: enter it without "https://" and without a path.`);
  const secure = config.useTls !== false;
  const ports = secure ? PORTS.tls : PORTS.plain;
  const name = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  return {
    mqtt: `${secure ? "mqtts" : "mqtt"}://${name}:${portOf(config.mqttPort, ports.mqtt, "MQTT")}`,
    http: new URL(`${secure ? "https" : "http"}://${name}:${portOf(config.httpPort, ports.http, "HTTP")}/`),
    tls: secure ? tls : {},
  };
}

function portOf(given, usual, what) {
  if (given === undefined || given === null || String(given).trim() === "") return usual;
  const port = Number(given);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new Error(`The ${what} port is a number from 1 to 65535.`);
  return port;
}

module.exports = { placeOf };
