// Makes a product with devices, changes one, and deletes everything: FIELDCAST_TOKEN=… node manage.mjs http://localhost:8080 home
import { randomUUID } from "node:crypto";
import { Fieldcast, FieldcastError } from "../client.js";

const [url = "http://localhost:8080", workspace = "home"] = process.argv.slice(2);
const fieldcast = new Fieldcast({ url, token: process.env.FIELDCAST_TOKEN ?? "" });

// sent again with the same key, it is not done again
const idempotency_key = randomUUID();
const { data: product } = await fieldcast.createProduct({ workspace, idempotency_key, body: { name: "Rain gauge" } });
console.log(`made the product ${product.slug}`);
await fieldcast.createField({ product: product.slug, body: { id: "RAIN", type: "COUNTER", name: "Rain", unit: "mm" } });

const table = "id,name,tags\nrain-1,Roof,outdoor\nrain-2,Garden,outdoor\nrain-3,Field,outdoor\n";
const { data: imported } = await fieldcast.importDevices({ product: product.slug, body: table });
console.log(`made ${imported.created} devices`);
for await (const device of fieldcast.all("listDevices", { product: product.slug, limit: 2 }))
  console.log(`${device.id}: ${device.name}`);

// whoever changes says which state: nobody's change is lost
const one = { product: product.slug, device: "rain-1" };
const { etag } = await fieldcast.getDevice(one);
const { data: renamed } = await fieldcast.updateDevice({ ...one, if_match: etag, body: { name: "Roof, south" } });
console.log(`renamed to ${renamed.name}`);
try {
  await fieldcast.updateDevice({ ...one, if_match: etag, body: { name: "Roof, north" } });
} catch (error) {
  if (!(error instanceof FieldcastError)) throw error;
  console.log(`refused: ${error.code}`);
}

const { data: before } = await fieldcast.deleteProduct({ product: product.slug, dry_run: true });
console.log(`deleting takes ${before.takes.devices} devices along`);
await fieldcast.deleteProduct({ product: product.slug, confirm: product.slug });
console.log("deleted");
