// Records measurements of a device: FIELDCAST_TOKEN=… node record.mjs http://localhost:8080 000001
import { Fieldcast, FieldcastError } from "../client.js";

const [url = "http://localhost:8080", device = "000001"] = process.argv.slice(2);
const fieldcast = new Fieldcast({ url, token: process.env.FIELDCAST_TOKEN ?? "" });

await fieldcast.record(device, { field: "TEMPERATURE", value: 21.5 });
console.log("one is stored");

const rows = [0, 10, 20].map((minute) => ({
  field: "TEMPERATURE",
  value: 20 + minute / 10,
  timestamp: new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString(),
}));
console.log(`${await fieldcast.recordBatch(device, rows)} more are stored`);

try {
  await fieldcast.record(device, { field: "TEMPERATURE", value: "warm" });
} catch (error) {
  if (!(error instanceof FieldcastError)) throw error;
  console.log(`refused: ${error.code}`);
}
