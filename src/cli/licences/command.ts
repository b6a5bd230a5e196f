import type { Io } from "../types.ts";
import { licenceTexts } from "./texts.ts";

/** `licences`: one text, package by package. */
export async function licences(io: Io): Promise<number> {
  io.out(licenceTexts());
  return 0;
}
