import { type ChangeEvent, useState } from "react";
import { useText } from "../../parts/dashboard/text.ts";

/** Bytes of a picture: it stands in the content, which others load whole. */
const MOST = 204_800;

/** Takes a picture from a file. */
export function ImageField({ onChange }: { readonly onChange: (image: string) => void }) {
  const p = useText().dashboards.props;
  const [wrong, setWrong] = useState(false);
  const read = (event: ChangeEvent<HTMLInputElement>) => {
    const [file] = event.currentTarget.files ?? [];
    if (file === undefined) return;
    setWrong(file.size > MOST);
    if (file.size > MOST) return;
    const reader = new FileReader();
    reader.onload = () => onChange(String(reader.result));
    reader.readAsDataURL(file);
  };
  return (
    <label>
      <span className="small">{p.image}</span>
      <input type="file" accept="image/png,image/jpeg,image/webp,image/gif,image/svg+xml" onChange={read} />
      <span className="quiet small">{p.imageHow}</span>
      {wrong && <span role="alert">{p.imageTooLarge}</span>}
    </label>
  );
}
