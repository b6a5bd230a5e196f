const LEVEL = /^[^/+#\0]+$/;

/**
 * The filter under which measurements are heard. Empty or `*` or `+` means all.
 * @param {{product?: string, device?: string, field?: string}} of
 */
function filterOf({ product, device, field }) {
  const level = (text) => {
    const wanted = String(text ?? "").trim();
    if (wanted === "" || wanted === "*" || wanted === "+") return "+";
    if (!LEVEL.test(wanted)) throw new Error(`"${wanted}" is no product, device or field.`);
    return wanted;
  };
  return `dtck/${level(product)}/${level(device)}/${level(field).toUpperCase()}`;
}

/**
 * What a message is recorded for: the node's own setting, otherwise the message's, otherwise its topic.
 * @param {{product?: string, device?: string, field?: string}} set in the node's dialog
 * @param {{product?: unknown, device?: unknown, field?: unknown, topic?: unknown}} msg
 * @returns {{product: string, device: string, field: string}} `field` is empty for a batch
 * @throws {Error} in words, when no product or device is known
 */
function targetOf(set, msg) {
  const [, product, device, field] =
    /^dtck(?:-pub)?\/([^/]+)\/([^/]+)(?:\/([^/]+))?$/.exec(String(msg.topic ?? "")) ?? [];
  const pick = (own, said, read) =>
    [own, said, read].map((one) => String(one ?? "").trim()).find((one) => one !== "") ?? "";
  const target = {
    product: pick(set.product, msg.product, product),
    device: pick(set.device, msg.device, device),
    field: pick(set.field, msg.field, field),
  };
  for (const what of ["product", "device"]) {
    if (target[what] === "") throw new Error(`No ${what} is named: choose one in the node, or set msg.${what}.`);
  }
  for (const [what, text] of Object.entries(target)) {
    if (text !== "" && !LEVEL.test(text)) throw new Error(`"${text}" is no ${what}: each message is for one.`);
  }
  return target;
}

/** The topic to publish on. */
function topicOf({ product, device, field }) {
  return `dtck-pub/${product}/${device}${field === "" ? "" : `/${field}`}`;
}

/** A number for a filter, the same after each restart (a stored session bears it): FNV-1a in the range of MQTT's subscription identifiers. */
function identifierOf(filter) {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(filter)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return (hash % 268_435_455) + 1;
}

module.exports = { filterOf, identifierOf, targetOf, topicOf };
