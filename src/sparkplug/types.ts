/** A payload of Sparkplug B, and what it holds (specification 3.0, section 6.4). */

/** Data types by their number; what is not there is unknown. */
export const DATA_TYPES = [
  "Unknown",
  "Int8",
  "Int16",
  "Int32",
  "Int64",
  "UInt8",
  "UInt16",
  "UInt32",
  "UInt64",
  "Float",
  "Double",
  "Boolean",
  "String",
  "DateTime",
  "Text",
  "UUID",
  "DataSet",
  "Bytes",
  "File",
  "Template",
  "PropertySet",
  "PropertySetList",
  "Int8Array",
  "Int16Array",
  "Int32Array",
  "Int64Array",
  "UInt8Array",
  "UInt16Array",
  "UInt32Array",
  "UInt64Array",
  "FloatArray",
  "DoubleArray",
  "BooleanArray",
  "StringArray",
  "DateTimeArray",
] as const;
export type DataType = (typeof DATA_TYPES)[number];

/** The type of a number; a number of a later specification is unknown. */
export function typeOf(number: number): DataType {
  return DATA_TYPES[number] ?? "Unknown";
}
export function numberOf(type: DataType): number {
  return DATA_TYPES.indexOf(type);
}

/** What is never a plain value of its own: it goes as the form of the wire that has it. */
export type Raw = bigint | number | boolean | string | Uint8Array | DataSet | Template;

export interface DataSet {
  readonly columns: readonly string[];
  readonly types: readonly DataType[];
  /** As many in each row as there are columns; null: no value. */
  readonly rows: readonly (readonly (Raw | null)[])[];
}
/** An instance of a template, or its definition. */
export interface Template {
  readonly version: string | null;
  /** Name of the definition; null: this is one. */
  readonly reference: string | null;
  readonly isDefinition: boolean;
  readonly metrics: readonly Metric[];
  readonly parameters: readonly Parameter[];
}
export interface Parameter {
  readonly name: string;
  readonly type: DataType;
  readonly value: Raw | null;
}
export interface Property {
  readonly type: DataType;
  /** Null: it is said to have none. */
  readonly value: Raw | Properties | readonly Properties[] | null;
}
export type Properties = ReadonlyMap<string, Property>;

/** What is said of bytes and files. */
export interface Metadata {
  readonly isMultiPart: boolean;
  readonly contentType: string | null;
  readonly size: bigint | null;
  readonly seq: bigint | null;
  readonly fileName: string | null;
  readonly fileType: string | null;
  readonly md5: string | null;
  readonly description: string | null;
}

export interface Metric {
  /** Null: an alias stands for it. */
  readonly name: string | null;
  readonly alias: bigint | null;
  /** Milliseconds since 1970. */
  readonly timestamp: number | null;
  /** Null: not said; the birth did. */
  readonly type: DataType | null;
  /** It is no current value. */
  readonly isHistorical: boolean;
  /** It is not to be stored. */
  readonly isTransient: boolean;
  /** As the wire has it, see `valueOf`; null: there is none. */
  readonly value: Raw | null;
  readonly properties: Properties | null;
  readonly metadata: Metadata | null;
}

export interface Payload {
  /** Milliseconds since 1970. */
  readonly timestamp: number | null;
  readonly metrics: readonly Metric[];
  /** 0 to 255. */
  readonly seq: number | null;
  readonly uuid: string | null;
  readonly body: Uint8Array | null;
}

/** A metric of a name and a value, with nothing else said. */
export const PLAIN_METRIC: Omit<Metric, "name" | "type" | "value"> = {
  alias: null,
  timestamp: null,
  isHistorical: false,
  isTransient: false,
  properties: null,
  metadata: null,
};
