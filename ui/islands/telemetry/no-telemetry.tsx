import { Command } from "../../components/command.tsx";
import { Drawing } from "../../components/drawing.tsx";
import { EmptyBox } from "../../components/empty-box.tsx";
import gauge from "../../icons/gauge.svg" with { type: "text" };
import { useIslandWords } from "../../words/use-words.ts";

/** In place of values while there are none. What comes is shown as it comes. */
export function NoTelemetry({ deviceKey }: { deviceKey: string }) {
  const { telemetry } = useIslandWords();
  return (
    <section class="panel">
      <EmptyBox
        drawing={<Drawing markup={gauge} />}
        title={telemetry.notMeasured}
        text={telemetry.notMeasuredText}
      >
        <Command
          text={`mosquitto_pub -u ${deviceKey} -P PASSWORD -q 1 \\\n  -t homepot/${deviceKey}/telemetry -m '{"temperature":21.4}'`}
          name={telemetry.theCommand}
        />
      </EmptyBox>
    </section>
  );
}
