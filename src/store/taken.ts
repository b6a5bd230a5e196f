/**
 * Nothing of a commit was stored: of devices' fields for which it puts series others were put before, by another node. Who commits gives
 * theirs up for these, and commits again.
 */
export class SeriesTaken extends Error {
  override readonly name = "SeriesTaken";

  /** @param ids of each series that cannot be put: its id, and that of the one that is there */
  constructor(readonly ids: readonly (readonly [number, number])[]) {
    super(`series are there under other ids: ${ids.map(([own, other]) => `${other} for ${own}`).join(", ")}`);
  }
}
