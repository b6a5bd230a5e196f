import type { Field } from "../../../../sdk/operations.js";

/** Everything that goes into the code of a client. */
export interface Target {
  readonly host: string;
  /** Of the MQTT listener that is used. */
  readonly port: number;
  readonly tls: boolean;
  /** With TLS: clients need the CA file. */
  readonly ownCa: boolean;
  /** The text of the CA file, where it goes into the code itself. */
  readonly ca: string | null;
  /** Of HTTP, without a slash at the end. */
  readonly origin: string;
  readonly prefix: string;
  readonly product: string;
  readonly device: string;
  readonly serial: string | null;
  readonly field: Pick<Field, "id" | "type" | "name" | "unit">;
  readonly fields: readonly Pick<Field, "id" | "type" | "name" | "unit">[];
  /** The token, or what stands in its place. */
  readonly token: string;
  /** The product's address of the HTTP integration, where one may know it. */
  readonly integrationKey: string | null;
}

/** A value of a field's type, as a device would write it. */
export function sampleOf(type: Field["type"]): string {
  const samples: Record<Field["type"], string> = {
    NUMERIC: "22.5",
    INT: "42",
    COUNTER: "1",
    BOOL: "true",
    STRING: "hello",
    GEO: '{"lat":52.52,"lng":13.405}',
  };
  return samples[type];
}

/** The same as JSON. */
export function jsonSample(type: Field["type"]): unknown {
  const text = sampleOf(type);
  return type === "STRING" ? text : JSON.parse(text);
}

export function publishTopic({ prefix, product, device, field }: Target): string {
  return `${prefix}-pub/${product}/${device}/${field.id}`;
}
export function deviceTopics({ prefix, product, device }: Target): string {
  return `${prefix}/${product}/${device}/+`;
}
