/** Aedes as its own examples have it. Arguments: port, transport, and for TLS the files of certificate and key. */
import { readFileSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { createServer } from "node:net";
import { createServer as createTls } from "node:tls";
import { Aedes } from "aedes";
import { createWebSocketStream, WebSocketServer } from "ws";

const [, , port = "", transport = "tcp", certFile = "", keyFile = ""] = process.argv;
const broker = await Aedes.createBroker();

function listener() {
  if (transport === "tls") {
    return createTls({ cert: readFileSync(certFile), key: readFileSync(keyFile) }, broker.handle);
  }
  if (transport === "tcp") return createServer(broker.handle);
  const server = createHttp();
  new WebSocketServer({ server }).on("connection", (socket, request) => {
    broker.handle(createWebSocketStream(socket), request);
  });
  return server;
}

listener().listen(Number(port), "127.0.0.1", 1024, () => {
  process.stdout.write("ready\n");
});
