import { z } from "zod";
import { isFieldId, upperAscii } from "../topic/grammar.ts";

/** Small values of rules. */

/** As it is stored: in upper case. */
export const fieldId = z
  .string()
  .overwrite(upperAscii)
  .refine(
    isFieldId,
    "allowed is a letter or digit, then letters, digits or _, at most 64 characters (like TEMPERATURE)",
  );
/** Degrees. */
export const position = { lat: z.number().min(-90).max(90), lng: z.number().min(-180).max(180) };
/** Metres. */
export const radius = z.number().min(1).max(20_000_000);
