import { useMissed } from "../../live/live.ts";
import { NoTelemetry } from "./no-telemetry.tsx";
import { Telemetry, type TelemetryProps } from "./telemetry.tsx";
import { useHeard } from "./use-heard.ts";
import { useValues } from "./use-values.ts";

export interface FirstTelemetryProps extends Omit<TelemetryProps, "course"> {
  /** Its MQTT user name, for the command that is shown while it has said nothing. */
  deviceKey: string;
}

/** In the place of what a device measures until it measures something: an island of its own, since few devices need it. */
export function FirstTelemetry({ deviceKey, ...props }: FirstTelemetryProps) {
  const { deviceId, history } = props;
  const { values, learn } = useHeard(deviceId, props.values);
  // At once, since it may have begun to measure before anybody looked at it, and when something may have been missed.
  const missed = useMissed();
  useValues(deviceId, history, values.length === 0 ? missed : null, learn);
  return values.length === 0 ? (
    <NoTelemetry deviceKey={deviceKey} />
  ) : (
    <Telemetry {...props} values={values} course={null} />
  );
}
