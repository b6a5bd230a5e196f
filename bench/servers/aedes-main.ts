/** Aedes on a plain TCP server, as its own example has it; the port is the first argument. */
import { createServer } from "node:net";
import { Aedes } from "aedes";

const broker = await Aedes.createBroker();
createServer(broker.handle).listen(Number(process.argv[2]), "127.0.0.1", 1024, () => {
  process.stdout.write("ready\n");
});
