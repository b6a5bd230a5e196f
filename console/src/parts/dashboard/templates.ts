import type { DashboardText } from "../../text/en/dashboards.ts";
import type { ShownField } from "./data.ts";
import { compacted, newId } from "./layout.ts";
import type { Content, Place, Source, Widget, WidgetOf, WidgetType } from "./types.ts";

/** Dashboards to begin with, made of the fields that a product has: pure. */

export const TEMPLATES = ["empty", "overview", "climate", "energy", "tracker"] as const;
export type Template = (typeof TEMPLATES)[number];

export interface Ground {
  readonly product: string;
  /** Null: the dashboard is of the product, and shows the device that one looks at. */
  readonly device: string | null;
  readonly fields: readonly ShownField[];
  readonly titles: DashboardText["templateTitles"];
}

const isNumber = ({ type }: ShownField) => type === "NUMERIC" || type === "INT" || type === "COUNTER";
const says = (field: ShownField, words: RegExp) => words.test(`${field.id} ${field.name} ${field.unit ?? ""}`);
const CLIMATE = /temp|humid|feucht|co2|pressure|druck|°c|°f|voc|dew/i;
const ENERGY = /energy|energie|power|leistung|kwh|\bw\b|watt|volt|amp|current|strom|consum/i;
const MOTION = /speed|geschwindigkeit|altitude|heading|battery|batterie|course|km\/h/i;

/** Whether a template makes something of these fields. */
export function fits(template: Template, fields: readonly ShownField[]): boolean {
  if (template === "empty" || template === "overview") return true;
  if (template === "tracker") return fields.some(({ type }) => type === "GEO");
  return fields.some((field) => isNumber(field) && says(field, template === "climate" ? CLIMATE : ENERGY));
}

/** Puts widgets beside each other, row by row. */
class Sheet {
  readonly widgets: Widget[] = [];
  private x = 0;
  private y = 0;
  private high = 0;
  constructor(private readonly ground: Ground) {}

  source(field: ShownField): Source {
    const { product, device } = this.ground;
    return { ...(device !== null && { product, device }), field: field.id };
  }
  set(): { product?: string } {
    return this.ground.device === null ? {} : { product: this.ground.product };
  }
  put<T extends WidgetType>(type: T, w: number, h: number, more: Omit<WidgetOf<T>, "id" | "type" | "place">): void {
    if (this.x + w > 12) this.row();
    const place: Place = { x: this.x, y: this.y, w, h };
    // the rest belongs to the type, which TypeScript cannot follow
    this.widgets.push({ ...more, id: newId(this.widgets, type), type, place } as unknown as Widget);
    this.x += w;
    this.high = Math.max(this.high, h);
  }
  row(): void {
    this.y += this.high;
    this.x = 0;
    this.high = 0;
  }
  tiles(fields: readonly ShownField[]): void {
    for (const field of fields)
      if (field.type === "BOOL") this.put("boolean", 3, 3, { title: field.name, source: this.source(field) });
      else
        this.put("value", 3, 3, {
          title: field.name,
          source: this.source(field),
          ...(isNumber(field) && { sparkline: true }),
        });
    this.row();
  }
  /** A chart for each unit, of at most eight fields. */
  charts(fields: readonly ShownField[], most: number): void {
    const units = [...new Set(fields.map(({ unit }) => unit ?? ""))].slice(0, most);
    for (const [n, unit] of units.entries()) {
      // an odd one takes the whole row
      const wide = units.length % 2 === 1 && n === units.length - 1 ? 12 : 6;
      const own = fields.filter((field) => (field.unit ?? "") === unit).slice(0, 8);
      this.put("chart", wide, 7, {
        title: own
          .map(({ name }) => name)
          .join(", ")
          .slice(0, 200),
        sources: own.map((one) => this.source(one)),
      });
    }
    this.row();
  }
  devices(fields: readonly ShownField[]): void {
    if (fields.length === 0) return;
    this.put("table", 12, 7, {
      title: this.ground.titles.all,
      devices: this.set(),
      fields: fields.slice(0, 6).map(({ id }) => id),
    });
  }
}

/** The content that a template makes. */
export function contentOf(template: Template, ground: Ground): Content {
  const sheet = new Sheet(ground);
  const { fields, titles } = ground;
  const numbers = fields.filter(isNumber);
  const geo = fields.find(({ type }) => type === "GEO");
  switch (template) {
    case "empty":
      break;
    case "overview":
      sheet.tiles(fields.filter(({ type }) => type !== "GEO").slice(0, 8));
      sheet.charts(
        numbers.filter(({ type }) => type !== "COUNTER"),
        2,
      );
      sheet.devices(fields.filter(({ type }) => type !== "GEO"));
      break;
    case "climate": {
      const own = numbers.filter((field) => says(field, CLIMATE));
      sheet.tiles(own.slice(0, 4));
      sheet.charts(own, 4);
      sheet.devices(own);
      break;
    }
    case "energy": {
      const own = numbers.filter((field) => says(field, ENERGY));
      sheet.tiles(own.slice(0, 4));
      for (const field of own.filter(({ type, unit }) => type === "COUNTER" || /wh/i.test(unit ?? "")).slice(0, 2))
        sheet.put("bar", 6, 7, {
          ...{ title: `${field.name} · ${titles.perDay}`, sources: [sheet.source(field)] },
          ...{ bucket: "1d", aggregation: "CHANGE", range: "30d" },
        });
      sheet.row();
      sheet.charts(
        own.filter(({ type, unit }) => type !== "COUNTER" && !/wh/i.test(unit ?? "")),
        2,
      );
      break;
    }
    case "tracker": {
      if (geo !== undefined) sheet.put("map", 8, 11, { title: titles.where, devices: sheet.set(), field: geo.id });
      sheet.put("online", 4, 11, { title: titles.online, devices: sheet.set() });
      sheet.row();
      const own = numbers.filter((field) => says(field, MOTION));
      sheet.tiles((own.length > 0 ? own : numbers).slice(0, 4));
      sheet.charts((own.length > 0 ? own : numbers).slice(0, 4), 2);
    }
  }
  return { version: 1, range: "24h", widgets: compacted(sheet.widgets), phone: null };
}
