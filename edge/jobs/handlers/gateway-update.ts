import type { JobArguments } from "../../../protocol/jobs/job-kinds.ts";
import type { Attempt, JobHandler, Outcome } from "../handler.ts";

/** `Updates.perform`: asked again for the same execution it goes on where it was, or says what came of it. */
export type PerformUpdate = (
  attempt: Pick<Attempt, "signal" | "progress"> & { execution: string; sequence: number | null },
) => Promise<Outcome | null>;

/** The gateway's own program is replaced. That it goes down in the middle is what is wanted. */
export function gatewayUpdateHandler(perform: PerformUpdate): JobHandler {
  return {
    needsDevice: false,
    begin({ execution, signal, progress }) {
      const { sequence } = execution.arguments as JobArguments<"gateway.update">;
      return perform({ execution: execution.id, sequence: sequence ?? null, signal, progress });
    },
    recover: () => "again",
  };
}
