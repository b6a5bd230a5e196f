// Asks for a history: FIELDCAST_TOKEN=… node query.mjs http://localhost:8080 000001
import { Fieldcast } from "../client.js";

const [url = "http://localhost:8080", device = "000001"] = process.argv.slice(2);
const fieldcast = new Fieldcast({ url, token: process.env.FIELDCAST_TOKEN ?? "" });
const noon = { devices: [device], from: "2026-01-01T12:00:00Z", to: "2026-01-01T13:00:00Z" };

// page after page, however many there are
for await (const row of fieldcast.historyRows({ ...noon, fields: ["TEMPERATURE"] }))
  console.log(`${row.time} ${row.TEMPERATURE}`);

const { rows } = await fieldcast.history({ ...noon, fields: ["TEMPERATURE:AVG"], resolution: "1h" });
for (const row of rows) console.log(`mean of the hour: ${row["TEMPERATURE:AVG"] ?? row.TEMPERATURE}`);
