import { fieldsOf } from "../networks/protobuf-wire.ts";
import { type Changing, checked, message, millis, NoPayload, NOT_ONE, scalar, text, varint } from "./fields.ts";
import { dataSetOf, metadataOf, parameterOf, propertiesOf } from "./read-parts.ts";
import { unpacked } from "./packed.ts";
import { type Metric, type Parameter, type Payload, type Template, typeOf } from "./types.ts";

/**
 * Reads a payload; fields that the specification does not have are passed over, as protobuf asks.
 * @throws NoPayload the bytes are none
 */
export function readPayload(bytes: Uint8Array): Payload {
  try {
    const payload = payloadOf(bytes);
    const inner = unpacked(payload);
    return inner === null ? payload : payloadOf(inner);
  } catch {
    // whatever it is, it stands in bytes that somebody sent
    throw new NoPayload(NOT_ONE);
  }
}

function payloadOf(bytes: Uint8Array): Payload {
  const payload = { timestamp: null, metrics: [], seq: null, uuid: null, body: null } as Changing<Payload>;
  const metrics: Metric[] = [];
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) payload.timestamp = millis(field);
    else if (field.number === 2) metrics.push(metricOf(message(field), 0));
    else if (field.number === 3) payload.seq = Number(varint(field) & 0xffn);
    else if (field.number === 4) payload.uuid = text(field);
    else if (field.number === 5) payload.body = message(field).slice();
  }
  payload.metrics = metrics;
  return payload;
}

function metricOf(bytes: Uint8Array, depth: number): Metric {
  const metric = { ...NO_METRIC } as Changing<Metric>;
  let isNull = false;
  for (const field of fieldsOf(checked(bytes, depth))) {
    const { number } = field;
    if (number === 1) metric.name = text(field);
    else if (number === 2) metric.alias = varint(field);
    else if (number === 3) metric.timestamp = millis(field);
    else if (number === 4) metric.type = typeOf(Number(varint(field)));
    else if (number === 5) metric.isHistorical = varint(field) !== 0n;
    else if (number === 6) metric.isTransient = varint(field) !== 0n;
    else if (number === 7) isNull = varint(field) !== 0n;
    else if (number === 8) metric.metadata = metadataOf(message(field));
    else if (number === 9) metric.properties = propertiesOf(message(field), depth + 1);
    else if (number <= 15) metric.value = scalar(field, number - 9);
    else if (number === 16) metric.value = message(field).slice();
    else if (number === 17) metric.value = dataSetOf(message(field));
    else if (number === 18) metric.value = templateOf(message(field), depth + 1);
  }
  return isNull ? { ...metric, value: null } : metric;
}
const NO_METRIC: Metric = {
  name: null,
  alias: null,
  timestamp: null,
  type: null,
  isHistorical: false,
  isTransient: false,
  value: null,
  properties: null,
  metadata: null,
};

function templateOf(bytes: Uint8Array, depth: number): Template {
  const [metrics, parameters]: [Metric[], Parameter[]] = [[], []];
  const template = { version: null, reference: null, isDefinition: false, metrics, parameters } as Changing<Template>;
  for (const field of fieldsOf(checked(bytes, depth))) {
    if (field.number === 1) template.version = text(field);
    else if (field.number === 2) metrics.push(metricOf(message(field), depth + 1));
    else if (field.number === 3) parameters.push(parameterOf(message(field)));
    else if (field.number === 4) template.reference = text(field);
    else if (field.number === 5) template.isDefinition = varint(field) !== 0n;
  }
  return template;
}
