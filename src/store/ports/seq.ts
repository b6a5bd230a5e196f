/** A measurement's place in the order of the whole instance: first sequence number of its commit + index. */
export type Seq = number;
