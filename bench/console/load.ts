/** Changes of a fleet until it is ended: `load.ts PORT TOKEN DEVICES RATE`. A process of its own, so that its work is nobody else's. */
import { Client } from "../load/client.ts";
import { publishPacket } from "../load/packets.ts";

const [port, token = "", devices, rate] = process.argv.slice(2);
const login = { username: token, password: token };
const target = { host: "127.0.0.1", port: Number(port), transport: "tcp", ca: undefined, version: 5, login } as const;
const client = await Client.connect(target, "load");
const FIELDS = ["TEMPERATURE", "HUMIDITY", "BATTERY"];
const start = performance.now();
let sent = 0;
let rest: Uint8Array = new Uint8Array(0);
const push = (): void => {
  if (rest.length > 0) rest = rest.slice(client.write(rest, 0, rest.length));
  const due = ((performance.now() - start) / 1000) * Number(rate);
  while (rest.length === 0 && sent < due) {
    // a stride without a pattern that the list could follow
    const device = String((sent * 7919) % Number(devices)).padStart(6, "0");
    const topic = `dtck-pub/meter/${device}/${FIELDS[sent % FIELDS.length]}`;
    const packet = publishPacket(5, topic, (20 + Math.random() * 60).toFixed(1), 0, 0);
    rest = packet.slice(client.write(packet, 0, packet.length));
    sent++;
  }
};
client.onWritable = push;
setInterval(push, 5);
