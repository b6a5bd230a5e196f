/**
 * What a decoder of requests or messages gave, with its devices under the key that rows have them under: `serial` names the device where no
 * `device` does. Of uplinks the device is known, and a serial may be one of its values.
 */
export function withSerials(result: unknown): unknown {
  if (Array.isArray(result))
    return result.map((item) => (Array.isArray(item) ? item.map(withSerial) : withSerial(item)));
  return withSerial(result);
}

function withSerial(item: unknown): unknown {
  if (typeof item !== "object" || item === null || Array.isArray(item) || "device" in item || !("serial" in item))
    return item;
  const { serial, ...rest } = item;
  return typeof serial === "string" || typeof serial === "number" ? { ...rest, device: serial } : item;
}
