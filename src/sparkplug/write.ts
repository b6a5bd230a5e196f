import { numberOf, type DataSet, type Metadata, type Metric, type Payload, type Raw } from "./types.ts";
import { Writer } from "./writer.ts";
import type { Parameter, Properties, Property, Template } from "./types.ts";

/** The bytes of a payload (protobuf, fields as the specification numbers them). */
export function writePayload({ timestamp, metrics, seq, uuid, body }: Payload): Uint8Array<ArrayBuffer> {
  const out = new Writer();
  if (timestamp !== null) out.varint(1, BigInt(timestamp));
  for (const metric of metrics) out.message(2, metricBytes(metric));
  if (seq !== null) out.varint(3, BigInt(seq));
  if (uuid !== null) out.text(4, uuid);
  if (body !== null) out.bytes(5, body);
  return out.end();
}

function metricBytes(metric: Metric): Writer {
  const { name, alias, timestamp, type, isHistorical, isTransient, value, properties, metadata } = metric;
  const out = new Writer();
  if (name !== null) out.text(1, name);
  if (alias !== null) out.varint(2, alias);
  if (timestamp !== null) out.varint(3, BigInt(timestamp));
  if (type !== null) out.varint(4, BigInt(numberOf(type)));
  if (isHistorical) out.varint(5, 1n);
  if (isTransient) out.varint(6, 1n);
  if (value === null) out.varint(7, 1n);
  if (metadata !== null) out.message(8, metadataBytes(metadata));
  if (properties !== null) out.message(9, propertiesBytes(properties));
  if (value instanceof Uint8Array) out.bytes(16, value);
  else if (isDataSet(value)) out.message(17, dataSetBytes(value));
  else if (isTemplate(value)) out.message(18, templateBytes(value));
  else if (value !== null) out.scalar(9, type, value);
  return out;
}

function metadataBytes(metadata: Metadata): Writer {
  const out = new Writer();
  if (metadata.isMultiPart) out.varint(1, 1n);
  if (metadata.contentType !== null) out.text(2, metadata.contentType);
  if (metadata.size !== null) out.varint(3, metadata.size);
  if (metadata.seq !== null) out.varint(4, metadata.seq);
  if (metadata.fileName !== null) out.text(5, metadata.fileName);
  if (metadata.fileType !== null) out.text(6, metadata.fileType);
  if (metadata.md5 !== null) out.text(7, metadata.md5);
  if (metadata.description !== null) out.text(8, metadata.description);
  return out;
}
function propertiesBytes(properties: Properties): Writer {
  const out = new Writer();
  for (const key of properties.keys()) out.text(1, key);
  for (const property of properties.values()) out.message(2, propertyBytes(property));
  return out;
}
function propertyBytes({ type, value }: Property): Writer {
  const out = new Writer();
  out.varint(1, BigInt(numberOf(type)));
  if (value === null) out.varint(2, 1n);
  else if (value instanceof Map) out.message(9, propertiesBytes(value));
  else if (isList(value)) {
    const sets = new Writer();
    for (const set of value) sets.message(1, propertiesBytes(set));
    out.message(10, sets);
  } else out.scalar(2, type, value as Raw); // neither a set nor a list of sets: a value
  return out;
}
function dataSetBytes({ columns, types, rows }: DataSet): Writer {
  const out = new Writer();
  out.varint(1, BigInt(columns.length));
  for (const column of columns) out.text(2, column);
  for (const type of types) out.varint(3, BigInt(numberOf(type)));
  for (const row of rows) {
    const elements = new Writer();
    for (const [i, value] of row.entries()) {
      const element = new Writer();
      if (value !== null) element.scalar(0, types[i] ?? null, value);
      elements.message(1, element);
    }
    out.message(4, elements);
  }
  return out;
}
function templateBytes({ version, reference, isDefinition, metrics, parameters }: Template): Writer {
  const out = new Writer();
  if (version !== null) out.text(1, version);
  for (const metric of metrics) out.message(2, metricBytes(metric));
  for (const parameter of parameters) out.message(3, parameterBytes(parameter));
  if (reference !== null) out.text(4, reference);
  out.varint(5, isDefinition ? 1n : 0n);
  return out;
}
function parameterBytes({ name, type, value }: Parameter): Writer {
  const out = new Writer();
  out.text(1, name);
  out.varint(2, BigInt(numberOf(type)));
  if (value !== null) out.scalar(2, type, value);
  return out;
}

function isDataSet(value: Raw | null): value is DataSet {
  return typeof value === "object" && value !== null && "columns" in value;
}
function isTemplate(value: Raw | null): value is Template {
  return typeof value === "object" && value !== null && "isDefinition" in value;
}
function isList(value: Property["value"]): value is readonly Properties[] {
  return Array.isArray(value);
}
