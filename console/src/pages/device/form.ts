import type { Device } from "../../api/fleet.ts";

/** What is typed about a device. */
export interface Form {
  readonly name: string;
  readonly serial: string;
  readonly tags: string[];
  readonly location: string;
  /** Seconds; empty: as the product says. */
  readonly timeout: number | string;
  /** JSON. */
  readonly metadata: string;
}

export function formOf({ name, serial, tags, location, online_timeout, metadata }: Device): Form {
  const isEmpty = Object.keys(metadata).length === 0;
  return {
    name,
    serial: serial ?? "",
    tags: [...tags],
    location: location ?? "",
    timeout: online_timeout ?? "",
    metadata: isEmpty ? "" : JSON.stringify(metadata, null, 2),
  };
}

type Body = Pick<Device, "name" | "serial" | "tags" | "location" | "online_timeout" | "metadata">;

/** The form as the API takes it. @returns body null with an error: the metadata are no JSON object */
export function changesOf({ name, serial, tags, location, timeout, metadata }: Form): {
  body: Body | null;
  error: "metadata" | null;
} {
  const read = metadataOf(metadata);
  if (read === null) return { body: null, error: "metadata" };
  const empty = (text: string) => (text.trim() === "" ? null : text.trim());
  const body = {
    name: name.trim(),
    serial: empty(serial),
    tags: tags.map((tag) => tag.trim()).filter((tag) => tag !== ""),
    location: empty(location),
    online_timeout: timeout === "" ? null : Number(timeout),
    metadata: read,
  };
  return { body, error: null };
}

function metadataOf(text: string): Record<string, unknown> | null {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
