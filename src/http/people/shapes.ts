import { z } from "zod";

/** Values of people, as requests and answers have them. */

export const email = z.string().min(1).max(320);
export const password = z.string().max(1024);
export const code = z.string().max(64).meta({ description: "Of the second factor: from the app, or a recovery code." });
export const done = z.object({ ok: z.literal(true) });
/** The answer where there is nothing to tell. */
export const DONE = { body: { ok: true } } as const;
