import type { Connectivity, Health } from "../../protocol/devices/device.ts";
import type { Provenance } from "../../protocol/devices/provenance.ts";
import { useIslandWords, useWords } from "../words/use-words.ts";
import { connectivityState, healthState, type StateWords } from "../words/words.ts";
import { Mark } from "./mark.tsx";

/** A state in a table or a line: shape and word. */
export function State({ state, title }: { state: StateWords; title?: string | undefined }) {
  return (
    <span class={`state tone-${state.tone}${state.tone === "ok" ? "" : " colored"}`} title={title}>
      <Mark shape={state.shape} />
      {state.word}
    </span>
  );
}

export function ConnectivityState({ of, title }: { of: Connectivity; title?: string | undefined }) {
  return <State state={connectivityState(useIslandWords(), of)} title={title} />;
}

export function HealthState({ of, title }: { of: Health; title?: string | undefined }) {
  return <State state={healthState(useIslandWords(), of)} title={title} />;
}

/** Worn by everything that is simulated, wherever it is shown. `hidden`: until a script finds that it is. */
export function SimulatedBadge({ hidden = false }: { hidden?: boolean }) {
  return (
    <span class="badge" hidden={hidden}>
      {useWords().states.simulated}
    </span>
  );
}

/** The badge, behind the name of what is simulated; nothing of what is real. */
export function Marked({ of }: { of: { provenance: Provenance } }) {
  return of.provenance === "simulated" ? (
    <>
      {" "}
      <SimulatedBadge />
    </>
  ) : null;
}
