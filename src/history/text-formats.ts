import { printTime } from "../measure/time.ts";
import { specOf } from "../measure/types.ts";
import type { Encoder, ExportPart } from "./types.ts";
import type { Cell } from "./types.ts";
import { csvLine } from "../base/csv.ts";
import { cellJson, withoutFormula } from "./print.ts";

/** The columns of an export, and the keys of its NDJSON. */
export const EXPORT_COLUMNS = ["time", "product", "device", "field", "value"] as const;

const utf8 = new TextEncoder();
const NOTHING = new Uint8Array(0);

/**
 * One line for each measurement (RFC 4180, with a header): time (RFC 3339, UTC, to the microsecond), product, device, field, and the
 * value as it is published. `fieldcast import` reads it back as the same measurements.
 */
export class CsvEncoder implements Encoder {
  /** @param escapeFormulas text that spreadsheets run as a formula gets a ' in front; reading it back keeps the ' */
  constructor(private readonly escapeFormulas = false) {}

  begin(): Uint8Array {
    return utf8.encode(csvLine(EXPORT_COLUMNS));
  }
  part({ times, cells, product, device, field, type }: ExportPart): Uint8Array {
    const spec = specOf(type);
    const print = (cell: Cell) => (cell === null ? null : spec.print(cell, "true"));
    const safe = this.escapeFormulas ? withoutFormula : (text: string | null) => text;
    const names = [product, device, field].map(safe);
    let text = "";
    for (let i = 0; i < times.length; i++)
      text += csvLine([printTime(times[i] ?? 0), ...names, safe(print(cells[i] ?? null))]);
    return utf8.encode(text);
  }
  end(): Uint8Array {
    return NOTHING;
  }
}

/** One JSON object a line with the same keys; numbers and booleans as JSON has them, a position as the text `(lat,lng)`. */
export class NdjsonEncoder implements Encoder {
  begin(): Uint8Array {
    return NOTHING;
  }
  part({ times, cells, product, device, field }: ExportPart): Uint8Array {
    const names = [product, device, field].map((name) => JSON.stringify(name));
    const middle = `","product":${names[0]},"device":${names[1]},"field":${names[2]},"value":`;
    let text = "";
    for (let i = 0; i < times.length; i++)
      text += `{"time":"${printTime(times[i] ?? 0)}${middle}${cellJson(cells[i] ?? null)}}\n`;
    return utf8.encode(text);
  }
  end(): Uint8Array {
    return NOTHING;
  }
}
