import { useHeard } from "../live/index.ts";
import { useText } from "../text/index.ts";
import { Ago, useEverySecond } from "./ago.tsx";
import { Status } from "./status.tsx";

interface Props {
  readonly product: string;
  readonly device: string;
  /** When it was heard last, as the server said; RFC 3339, null: never. */
  readonly known: string | null;
  /** After so many ms without a word it is away. */
  readonly timeout: number;
}

/** Whether a device speaks: online, away, or never heard; it follows what comes live. */
export function DeviceState({ product, device, known, timeout }: Props) {
  const t = useText();
  const heard = useHeard(product, device, known);
  const online = useEverySecond((now) => heard !== null && now - Date.parse(heard) <= timeout);
  const words = t.state[heard === null ? "never" : online ? "online" : "away"];
  return <Status kind={heard === null ? "away" : online ? "live" : "warn"}>{words}</Status>;
}

/** When a device was heard last: `12 s`; long: `heard 12 s ago`. @param props.beside its state stands there, and says that it never was */
export function Heard({
  product,
  device,
  known,
  long = false,
  beside = long,
}: Omit<Props, "timeout"> & { readonly long?: boolean; readonly beside?: boolean }) {
  const t = useText().time;
  const heard = useHeard(product, device, known);
  if (beside && heard === null) return null;
  return <Ago time={heard} short={!long} never={t.never} {...(long && { say: t.heard })} />;
}
