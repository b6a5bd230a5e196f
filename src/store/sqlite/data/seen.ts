import type { StoreOp } from "../../ports.ts";
import type { Sql } from "./sql.ts";

/** Numbers of *seen* of devices that are gone, inside the caller's transaction. */
export function applySeen(db: Sql, op: Extract<StoreOp, { op: "seen_put" | "seen_drop" }>): void {
  if (op.op === "seen_drop") {
    for (const product of op.products) db.query("DELETE FROM seen WHERE product = ?").run(product);
    return;
  }
  const put = db.query(
    "INSERT INTO seen (product, device, number) VALUES (?, ?, ?) " +
      "ON CONFLICT (product, device) DO UPDATE SET number = excluded.number",
  );
  for (const { product, device, number } of op.rows) put.run(product, device, number);
}
