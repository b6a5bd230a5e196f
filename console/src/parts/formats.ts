/** Formats of the platform, each made once: making one takes a hundred times as long as using it, and a list writes hundreds of values. */

const dates = new Map<string, Intl.DateTimeFormat>();
const numbers = new Map<string, Intl.NumberFormat>();

/** Date and time to the second. @param zone of time; undefined: that of the browser */
export function exactFormat(locale: string, zone: string | undefined): Intl.DateTimeFormat {
  const key = `${locale} ${zone ?? ""}`;
  const known = dates.get(key);
  if (known !== undefined) return known;
  const options = { dateStyle: "medium", timeStyle: "medium", ...(zone !== undefined && { timeZone: zone }) } as const;
  const made = new Intl.DateTimeFormat(locale, options);
  dates.set(key, made);
  return made;
}

/** Numbers in groups of three where there are five digits or more. @param decimals behind the point; null: as many as there are, at most six */
export function numberFormat(locale: string, decimals: number | null): Intl.NumberFormat {
  const key = `${locale} ${decimals}`;
  const known = numbers.get(key);
  if (known !== undefined) return known;
  const digits =
    decimals === null
      ? { maximumFractionDigits: 6 }
      : { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  const made = new Intl.NumberFormat(locale, { ...digits, useGrouping: "min2" });
  numbers.set(key, made);
  return made;
}
