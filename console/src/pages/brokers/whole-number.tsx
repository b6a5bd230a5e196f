import { NumberInput } from "@mantine/core";

interface Props {
  readonly label: string;
  readonly description: string;
  /** A text where it is none: empty, or as while it is typed. */
  readonly value: number | string;
  readonly onChange: (value: number | string) => void;
  readonly error: string | undefined;
  readonly disabled?: boolean;
}

/** A number without fractions. How large it may be the server says, in its own words. */
export function WholeNumber(props: Props) {
  return <NumberInput size="xs" {...props} allowDecimal={false} allowNegative={false} clampBehavior="none" />;
}
