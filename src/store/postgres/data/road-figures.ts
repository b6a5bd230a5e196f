/** What became of records. */
export interface RoadFigures {
  /** Records that came by the bus and were taken, those of this node among them. */
  taken: number;
  /** Those that were read from the log. */
  read: number;
  /** Messages that were damaged, of another instance, or of a server of the database that is not the one whose log is read. */
  refused: number;
}
