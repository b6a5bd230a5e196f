/** Ways in which devices speak, in the order of their tabs. */
export const WAYS = [
  "mosquitto",
  "python",
  "javascript",
  "arduino",
  "node-red",
  "http",
  "tti",
  "chirpstack",
  "home-assistant",
] as const;
export type Way = (typeof WAYS)[number];

/** What the address of the page says. The token is never in it. */
export interface ConnectSearch {
  readonly product?: string;
  readonly device?: string;
  readonly field?: string;
  readonly how?: Way;
  /** Absent: encrypted, unless the server is on this machine. */
  readonly tls?: boolean;
}

export function connectSearch(raw: Readonly<Record<string, unknown>>): ConnectSearch {
  const { product, device, field, how, tls } = raw;
  const way = WAYS.find((one) => one === how);
  return {
    ...(typeof product === "string" && product !== "" && { product }),
    // ids may look like numbers
    ...((typeof device === "string" || typeof device === "number") && device !== "" && { device: String(device) }),
    ...(typeof field === "string" && field !== "" && { field }),
    ...(way !== undefined && { how: way }),
    ...(typeof tls === "boolean" && { tls }),
  };
}

/** Networks and services send bodies of their own, which a decoder reads. */
export function isLorawan(way: Way): boolean {
  return way === "tti" || way === "chirpstack";
}
