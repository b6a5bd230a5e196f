/** No time of a measurement is below this (µs), and no number of a message in a queue is near it. */
const LEAST_TIME = 1e12;

/** A value as far as its page tells: the first bytes of blobs and texts. */
export type Value = number | null | { readonly kind: "blob" | "text"; readonly start: Buffer };

/** The table that has such a row; null: none, or it cannot be told. */
export function tableOf(row: readonly Value[]): string | null {
  const shape = row
    .map((v) => (v === null ? "n" : typeof v === "number" ? "i" : v.kind === "blob" ? "b" : "t"))
    .join("");
  const [, , second, third] = row;
  if (/^nib[in]?$/.test(shape) && isRecord(second)) return "log";
  if (shape === "nib") return "retain"; // a row from before rollups
  if (shape === "nibt") return "retain";
  if (shape === "niiiiib") return "rollup";
  if (/^niit[in][bn]ii[in]?$/.test(shape)) return "series";
  if (shape === "niiiib")
    return typeof second === "number" && typeof third === "number" && second >= LEAST_TIME && third >= second
      ? "block"
      : "queue_chunk";
  if (/^niiiib[in]$/.test(shape)) return "queue_chunk";
  if (shape === "nb") return "queue_body";
  if (/^nttiii[in][bn]i[bn]$/.test(shape)) return "session";
  if (shape === "ni") return "queue_reach";
  if (shape === "itiiiiii") return "subscription";
  if (shape === "nibb") return "retained";
  if (/^ni[in][in]i$/.test(shape)) return "presence";
  if (/^nti[in][tn]?$/.test(shape)) return "consumer";
  if (shape === "ntiit") return "journal";
  if (shape === "niiiiiiit") return "alert";
  if (shape === "niit") return "alert_task";
  if (shape === "niti") return "seen";
  if (shape === "nti") return "arrival";
  if (shape === "niiiit") return "pass";
  if (shape === "niii") return "pass_list";
  if (shape === "niittt") return "suggestion";
  if (/^nitittttii[in]?$/.test(shape)) return "refusal";
  if (shape === "niititt") return "door";
  if (shape === "niiiii") return "purge";
  return shape === "niiiiii" ? "meta" : null;
}
function isRecord(value: Value | undefined): boolean {
  return typeof value === "object" && value !== null && /^FCL[12]$/.test(value.start.toString("latin1", 0, 4));
}
