import qrcode from "qrcode-generator";
import { useMemo } from "react";
import css from "./qr-code.module.css";

/** A text as a QR code: dark on light in both themes, since cameras want it so. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const { path, size } = useMemo(() => {
    // 0: as large as the text needs
    const code = qrcode(0, "M");
    code.addData(text);
    code.make();
    const count = code.getModuleCount();
    const dark: string[] = [];
    for (let y = 0; y < count; y++)
      for (let x = 0; x < count; x++) if (code.isDark(y, x)) dark.push(`M${x + 2} ${y + 2}h1v1h-1z`);
    return { path: dark.join(""), size: count + 4 };
  }, [text]);
  return (
    <svg className={css.qr} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <path d={`M0 0h${size}v${size}H0z`} className={css.qrLight} />
      <path d={path} className={css.qrDark} />
    </svg>
  );
}
