import { NoTelemetry } from "./no-telemetry.tsx";
import { Telemetry, type TelemetryProps } from "./telemetry.tsx";
import { useHeard } from "./use-heard.ts";

export interface FirstTelemetryProps extends TelemetryProps {
  /** Its MQTT user name, for the command that is shown while it has said nothing. */
  deviceKey: string;
}

/** In the place of what a device measures until it measures something: an island of its own, since few devices need it. */
export function FirstTelemetry({ deviceKey, ...props }: FirstTelemetryProps) {
  const { values } = useHeard(props.deviceId, props.values);
  return values.length === 0 ? (
    <NoTelemetry deviceKey={deviceKey} />
  ) : (
    <Telemetry {...props} values={values} />
  );
}
