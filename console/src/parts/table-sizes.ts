import type { CSSProperties } from "react";
import type { Column } from "./table-types.ts";

/** The height of a row, px. */
export const heightOf = (dense: boolean) => (dense ? 28 : 36);

interface Looks {
  readonly dense: boolean;
  /** With a column in which rows are chosen. */
  readonly ticks: boolean;
  /** px at most; undefined: as high as its parent. */
  readonly height: number | undefined;
}

/** The sizes of a table with these columns, as its style sheet takes them. */
export function sizesOf<Row>(visible: readonly Column<Row>[], { dense, ticks, height }: Looks): CSSProperties {
  const template = [
    ...(ticks ? ["36px"] : []),
    // on phones columns are narrower (`--narrow`), so that more of them are seen at once
    ...visible.map(({ width, grow, whole }) => {
      const own = whole ? `${width}px` : `calc(${width}px * var(--narrow))`;
      return grow ? `minmax(${own}, 1fr)` : own;
    }),
  ].join(" ");
  const style: CSSProperties & Record<`--${string}`, string> = {
    "--columns": template,
    "--row": `${heightOf(dense)}px`,
    ...(height !== undefined && { maxHeight: height }),
  };
  return style;
}
