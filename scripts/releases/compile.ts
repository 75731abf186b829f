import { renameSync } from "node:fs";

export interface Compiled {
  entry: string;
  target: Bun.Build.CompileTarget;
  /** Where it is made, and then moved to `outfile`: nobody ever runs half a program. Under its own name, which stack traces show. */
  unfinished: string;
  outfile: string;
  /** What is told beside the version; "" for nothing. */
  commit: string;
  /** Of the release it is for; 0 for none. */
  sequence: number;
  plugins?: Bun.BunPlugin[];
}

/** Compiles a program into one file. */
export async function compile(program: Compiled): Promise<void> {
  const { entry, target, unfinished, outfile, commit, sequence, plugins = [] } = program;
  await Bun.build({
    entrypoints: [entry],
    // A program of a system service reads no settings from the folder it happens to be started in.
    compile: { target, outfile: unfinished, autoloadDotenv: false, autoloadBunfig: false },
    minify: true,
    bytecode: true,
    format: "esm",
    // What is imported when it is needed is a piece of its own, and not read before.
    splitting: true,
    define: {
      "process.env.HOMEPOT_BUILD": JSON.stringify(commit),
      "process.env.HOMEPOT_SEQUENCE": JSON.stringify(String(sequence)),
    },
    plugins,
  });
  renameSync(unfinished, outfile);
}
