import { fieldsOf } from "../networks/protobuf-wire.ts";
import { type Changing, checked, message, numbers, scalar, text, varint } from "./fields.ts";
import {
  type DataSet,
  type Metadata,
  type Parameter,
  type Properties,
  type Property,
  type Raw,
  typeOf,
} from "./types.ts";

/** Messages within metrics, read. */

export function metadataOf(bytes: Uint8Array): Metadata {
  const found = {
    isMultiPart: false,
    contentType: null,
    size: null,
    seq: null,
    fileName: null,
    fileType: null,
    md5: null,
    description: null,
  } as Changing<Metadata>;
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) found.isMultiPart = varint(field) !== 0n;
    else if (field.number === 2) found.contentType = text(field);
    else if (field.number === 3) found.size = varint(field);
    else if (field.number === 4) found.seq = varint(field);
    else if (field.number === 5) found.fileName = text(field);
    else if (field.number === 6) found.fileType = text(field);
    else if (field.number === 7) found.md5 = text(field);
    else if (field.number === 8) found.description = text(field);
  }
  return found;
}

export function propertiesOf(bytes: Uint8Array, depth: number): Properties {
  const [keys, values]: [string[], Property[]] = [[], []];
  for (const field of fieldsOf(checked(bytes, depth))) {
    if (field.number === 1) keys.push(text(field));
    else if (field.number === 2) values.push(propertyOf(message(field), depth + 1));
  }
  // by their places; a key without a value says nothing
  return new Map(keys.flatMap((key, i) => (values[i] === undefined ? [] : [[key, values[i]]])));
}
function propertyOf(bytes: Uint8Array, depth: number): Property {
  const property = { type: "Unknown", value: null } as Changing<Property>;
  let isNull = false;
  for (const field of fieldsOf(checked(bytes, depth))) {
    const { number } = field;
    if (number === 1) property.type = typeOf(Number(varint(field)));
    else if (number === 2) isNull = varint(field) !== 0n;
    else if (number <= 8) property.value = scalar(field, number - 2);
    else if (number === 9) property.value = propertiesOf(message(field), depth + 1);
    else if (number === 10) property.value = setsOf(message(field), depth + 1);
  }
  return isNull ? { ...property, value: null } : property;
}
function setsOf(bytes: Uint8Array, depth: number): readonly Properties[] {
  const sets: Properties[] = [];
  for (const field of fieldsOf(checked(bytes, depth)))
    if (field.number === 1) sets.push(propertiesOf(message(field), depth + 1));
  return sets;
}

export function dataSetOf(bytes: Uint8Array): DataSet {
  const [columns, rows]: [string[], (Raw | null)[][]] = [[], []];
  const types: DataSet["types"][number][] = [];
  for (const field of fieldsOf(bytes)) {
    if (field.number === 2) columns.push(text(field));
    else if (field.number === 3) for (const type of numbers(field)) types.push(typeOf(Number(type)));
    else if (field.number === 4) rows.push(rowOf(message(field)));
  }
  return { columns, types, rows };
}
function rowOf(bytes: Uint8Array): (Raw | null)[] {
  const row: (Raw | null)[] = [];
  for (const element of fieldsOf(bytes)) {
    if (element.number !== 1) continue;
    let value: Raw | null = null;
    for (const field of fieldsOf(message(element))) if (field.number <= 6) value = scalar(field, field.number);
    row.push(value);
  }
  return row;
}

export function parameterOf(bytes: Uint8Array): Parameter {
  const parameter = { name: "", type: "Unknown", value: null } as Changing<Parameter>;
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) parameter.name = text(field);
    else if (field.number === 2) parameter.type = typeOf(Number(varint(field)));
    else if (field.number <= 8) parameter.value = scalar(field, field.number - 2);
  }
  return parameter;
}
