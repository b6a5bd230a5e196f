import { Writer } from "./writer.ts";

/** Opens a data folder, which brings it to the newest schema. */
process.stdout.write("begin\n");
Writer.open(process.argv[2] ?? "").writer.close();
process.stdout.write("end\n");
