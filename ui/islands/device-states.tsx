import type { Connectivity, Device, Health } from "../../protocol/devices/device.ts";
import { ConnectivityState, HealthState } from "../components/state.tsx";
import { asMarkup } from "../layout/markup.ts";
import { useDeviceState, useDeviceStates } from "../live/live.ts";
import { useIslandWords, useWords } from "../words/use-words.ts";
import { deviceSentence, healthyOf } from "../words/words.ts";
import { connectivityMarkup, healthMarkup } from "./device-state-markup.ts";
import { Island } from "./island.tsx";

/** The states of devices wherever they are shown, and the sentences that count them. */
export interface DeviceStateProps {
  id: string;
  connectivity: Connectivity;
  health: Health;
}

export function DeviceConnectivity(props: DeviceStateProps & { reason: string | null }) {
  const state = useDeviceState(props);
  return <ConnectivityState of={state.connectivity} title={titleOf(state === props, props.reason)} />;
}

export function DeviceHealth(props: DeviceStateProps & { reason: string | null }) {
  const state = useDeviceState(props);
  return <HealthState of={state.health} title={titleOf(state === props, props.reason)} />;
}

/** A reason belongs to the state it came with. */
function titleOf(ofPage: boolean, reason: string | null): string | undefined {
  return ofPage && reason !== null ? reason : undefined;
}

export function DeviceTitle(props: DeviceStateProps & { deviceName: string }) {
  return <>{deviceSentence(useIslandWords(), props.deviceName, useDeviceState(props))}</>;
}

/** `Cardiff Bay: 4 of 5 terminals healthy`, counted again with every state that is heard. */
export function SiteTitle(props: { siteName: string; devices: (DeviceStateProps & { type: string })[] }) {
  const words = useIslandWords();
  const states = useDeviceStates(props.devices);
  const devices = props.devices.map(({ type }, index) => {
    const { connectivity, health } = states[index]!;
    return { connectivity, health, type };
  });
  return <>{words.states.titled(props.siteName, healthyOf(words, devices))}</>;
}

/** What is known of its connection; while its gateway is not connected, that nothing is. */
export function ConnectivityOf({ device }: { device: Device }) {
  return asMarkup(connectivityMarkup(useWords(), device));
}

/** The same of its health. */
export function HealthOf({ device }: { device: Device }) {
  return asMarkup(healthMarkup(useWords(), device));
}

export function DeviceTitleIsland({ device }: { device: Device }) {
  const { id, connectivity, health, name: deviceName } = device;
  return <Island name="device-title" of={DeviceTitle} props={{ id, connectivity, health, deviceName }} />;
}

export function SiteTitleIsland({ name, devices }: { name: string; devices: readonly Device[] }) {
  const props = {
    siteName: name,
    devices: devices.map(({ id, connectivity, health, type }) => ({ id, connectivity, health, type })),
  };
  return <Island name="site-title" of={SiteTitle} props={props} />;
}
