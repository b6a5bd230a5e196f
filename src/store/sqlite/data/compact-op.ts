import type { StoreOp } from "../../ports.ts";

/** A view would drag the whole buffer under it through the message: bytes in operations are cut out. */
export function compact(op: StoreOp): StoreOp {
  switch (op.op) {
    case "checkpoint":
      return op.state === null ? op : { ...op, state: cut(op.state) };
    case "chunk_put":
      return { ...op, body: cut(op.body) };
    case "retained":
      return { ...op, changes: cut(op.changes) };
    case "session_put":
      return op.session.will === null ? op : { ...op, session: { ...op.session, will: cut(op.session.will) } };
    default:
      return op;
  }
}
function cut(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}
