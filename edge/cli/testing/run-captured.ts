import { spyOn } from "bun:test";
import { runProgram } from "../program.ts";

/** Runs `homepot-edge ARGS` in this process and gives what it printed. */
export async function runCaptured(
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const said = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((stream) =>
    spyOn(process[stream], "write").mockImplementation((text: string | Uint8Array) => {
      said[stream] += text;
      return true;
    }),
  );
  try {
    process.exitCode = 0;
    return { code: await runProgram(args), ...said };
  } finally {
    process.exitCode = 0;
    for (const spy of spies) spy.mockRestore();
  }
}
