import { Command } from "../../components/command.tsx";
import { Drawing } from "../../components/drawing.tsx";
import { EmptyBox } from "../../components/empty-box.tsx";
import gauge from "../../icons/gauge.svg" with { type: "text" };

/** In place of values while there are none. What comes is shown as it comes. */
export function NoTelemetry({ deviceKey }: { deviceKey: string }) {
  return (
    <section class="panel">
      <EmptyBox
        drawing={<Drawing markup={gauge} />}
        title="It has not measured anything yet"
        text="The first reading makes its chart, here and at once. With the device's credentials, try it at the gateway:"
      >
        <Command
          text={`mosquitto_pub -u ${deviceKey} -P PASSWORD -q 1 \\\n  -t homepot/${deviceKey}/telemetry -m '{"temperature":21.4}'`}
          name="the command that publishes a reading"
        />
      </EmptyBox>
    </section>
  );
}
