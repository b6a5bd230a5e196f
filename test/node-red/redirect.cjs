// Loaded into Node-RED before all else: what is meant for the hosted platform goes to a server of the tests.
const net = require("node:net");

const ports = JSON.parse(process.env.REDIRECT_PORTS ?? "{}");
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...given) {
  const [first] = given;
  const options = Array.isArray(first) ? first[0] : first;
  if (typeof options === "object" && options !== null && /(^|\.)datacake\.co$/.test(options.host ?? "")) {
    const port = ports[options.port];
    if (port === undefined) throw new Error(`nothing is at ${options.host}:${options.port} in these tests`);
    Object.assign(options, { host: "127.0.0.1", port });
  }
  return connect.apply(this, given);
};
