import { Refusal } from "./errors.ts";

/** The refusal that a promise ends with. @throws Error when it ends otherwise */
export async function refusalOf(promise: Promise<unknown>): Promise<Refusal> {
  const error = await promise.then(
    () => null,
    (e: unknown) => e,
  );
  if (error instanceof Refusal) return error;
  throw new Error("nothing was refused", { cause: error });
}
/** Its code. */
export async function refusalCode(promise: Promise<unknown>): Promise<string> {
  return (await refusalOf(promise)).code;
}
