/**
 * What a published text is in JavaScript (wire contract section 5, "published as").
 * @param {string} text
 * @param {string | undefined} type of the field, as the API names it; without it the text stays a text
 * @returns {number | boolean | string | {lat: number, lng: number}}
 */
function typed(text, type) {
  switch (type) {
    case "NUMERIC":
    case "INT":
    case "COUNTER":
      return Number(text);
    case "BOOL":
      return text.toLowerCase() === "true";
    case "GEO": {
      const found = /^\(([^,]+),([^)]+)\)$/.exec(text);
      return found ? { lat: Number(found[1]), lng: Number(found[2]) } : text;
    }
    default:
      return text;
  }
}

/**
 * The payload with which a value of a flow is recorded.
 * @param {unknown} value number, boolean, text, position `{lat, lng}`, bytes; for a batch an object of fields or a list of rows
 * @param {boolean} batch no field is named: it is a batch
 * @returns {string | Buffer}
 * @throws {Error} in words, when nothing can be recorded of it
 */
function payloadOf(value, batch) {
  if (value === undefined || value === null) throw new Error("msg.payload is empty: there is nothing to record.");
  if (Buffer.isBuffer(value)) return value;
  if (batch) {
    if (typeof value === "string") return value;
    if (typeof value !== "object")
      throw new Error(
        `msg.payload is a ${typeof value}, and no field is named: name one, or send an object such as {"TEMPERATURE": 21.5}.`,
      );
    return JSON.stringify(value);
  }
  if (typeof value === "number" && !Number.isFinite(value))
    throw new Error(`${value} is no number that can be recorded.`);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/**
 * The time of a measurement as the wire has it.
 * @param {unknown} time a Date, milliseconds, or a text (RFC 3339); undefined: the server's arrival time
 * @returns {string | undefined}
 * @throws {Error} in words
 */
function timestampOf(time) {
  if (time === undefined || time === null || time === "") return undefined;
  if (time instanceof Date || typeof time === "number") {
    const date = new Date(time);
    if (Number.isNaN(date.getTime())) throw new Error("msg.timestamp is no time.");
    return date.toISOString();
  }
  return String(time);
}

module.exports = { payloadOf, timestampOf, typed };
