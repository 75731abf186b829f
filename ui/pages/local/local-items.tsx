import type { ComponentChildren } from "preact";
import { GIB, MIB } from "../../../protocol/units.ts";
import { Ago } from "../../components/moment.tsx";
import type { Words } from "../../words/catalogues.ts";
import { clockSpan } from "../../words/clock-words.ts";
import type { LocalStatus } from "./local-status.ts";

/** A part of the gateway: how it is, what else there is to know, and what to do when it is not well. */
export interface LocalItem {
  name: string;
  look: "ok" | "warning" | "error";
  says: ComponentChildren;
  more?: ComponentChildren;
  advice?: ComponentChildren;
}

/** In the order in which an installer goes through them. */
export function localItems(words: Words, status: LocalStatus): LocalItem[] {
  return [
    cloudItem(words, status),
    brokerItem(words, status),
    devicesItem(words, status),
    diskItem(words, status),
    clockItem(words, status),
    versionItem(words, status),
  ];
}

function cloudItem(words: Words, { cloud, site }: LocalStatus): LocalItem {
  const { localStatus } = words;
  const name = localStatus.cloud;
  const more = cloud.waiting === 0 ? localStatus.nothingWaits : localStatus.waiting(cloud.waiting);
  switch (cloud.state) {
    case "connected":
      return {
        name,
        look: "ok",
        says: localStatus.cloudStates.connected(site?.cloud ?? "", <Ago at={cloud.sinceMs} />),
        more,
      };
    case "unenrolled":
      return {
        name,
        look: "warning",
        says: localStatus.cloudStates.unenrolled,
        advice: <p>{localStatus.enrolAdvice}</p>,
      };
    case "refused":
      return {
        name,
        look: "error",
        says: localStatus.cloudStates.refused,
        more,
        advice: <Obstacle words={words} obstacle={cloud.obstacle} />,
      };
    default:
      return {
        name,
        look: "warning",
        says: localStatus.cloudStates[cloud.state],
        more,
        advice: (
          <>
            <Obstacle words={words} obstacle={cloud.obstacle} />
            <p>{localStatus.connectAdvice}</p>
            <pre>sudo homepot-edge doctor</pre>
          </>
        ),
      };
  }
}

/** In the reader's language where the catalogue has it; a newer cloud may say what this program does not know. */
function Obstacle({ words, obstacle }: { words: Words; obstacle: LocalStatus["cloud"]["obstacle"] }) {
  if (obstacle === null) return null;
  const known = Object.entries(words.errors).find(([code]) => code === obstacle.code)?.[1];
  return (
    <>
      <p>{`${known?.title ?? obstacle.title}: ${obstacle.detail}`}</p>
      <p>{known?.hint ?? obstacle.hint}</p>
    </>
  );
}

function brokerItem({ localStatus }: Words, { broker }: LocalStatus): LocalItem {
  const item: LocalItem = {
    name: localStatus.broker,
    look: "ok",
    says: localStatus.brokerFine(broker.listen, broker.connections),
  };
  if (!broker.onlyThisMachine) return item;
  return {
    ...item,
    more: (
      <>
        {localStatus.brokerAlone} {localStatus.brokerAloneAdvice(<code>mqtt.listen</code>)}
      </>
    ),
  };
}

function devicesItem({ localStatus }: Words, { devices, rejected }: LocalStatus): LocalItem {
  const name = localStatus.devices;
  if (devices.length === 0) {
    return {
      name,
      look: "warning",
      says: localStatus.noDevices,
      advice: (
        <>
          <p>{localStatus.noDevicesAdvice}</p>
          <pre>sudo homepot-edge device add till-1</pre>
        </>
      ),
    };
  }
  const online = devices.filter(({ connectivity }) => connectivity === "online").length;
  const away = online < devices.length;
  const { newest } = rejected;
  return {
    name,
    look: away || newest !== null ? "warning" : "ok",
    says: localStatus.devicesOnline(online, devices.length),
    ...(newest === null ? {} : { more: localStatus.rejected(rejected.total) }),
    ...(away || newest !== null
      ? {
          advice: (
            <>
              {newest === null ? null : <p>{localStatus.rejectedAdvice(newest.device, newest.reason)}</p>}
              {away ? <p>{localStatus.offlineAdvice}</p> : null}
            </>
          ),
        }
      : {}),
  };
}

function diskItem(words: Words, { disk }: LocalStatus): LocalItem {
  const { localStatus } = words;
  const { state, freeBytes, usedBytes, budgetBytes, droppedReadings } = disk;
  const room = localStatus.diskRoom(size(words, freeBytes), size(words, usedBytes), size(words, budgetBytes));
  const item = {
    name: localStatus.disk,
    says: localStatus.diskStates[state],
    more: droppedReadings === 0 ? room : `${room}; ${localStatus.dropped(droppedReadings)}`,
  };
  if (state === "fine") return { ...item, look: droppedReadings === 0 ? "ok" : "warning" };
  return {
    ...item,
    look: state === "scarce" ? "warning" : "error",
    advice: <p>{localStatus.diskAdvice[state]}</p>,
  };
}

function clockItem(words: Words, { clockSkewMs }: LocalStatus): LocalItem {
  const { localStatus } = words;
  const name = localStatus.clock;
  if (clockSkewMs === null) return { name, look: "ok", says: localStatus.clockUnknown };
  const span = clockSpan(words, clockSkewMs);
  if (span === null) return { name, look: "ok", says: localStatus.clockRight };
  return {
    name,
    look: "warning",
    says: clockSkewMs > 0 ? localStatus.clockAhead(span) : localStatus.clockBehind(span),
    advice: (
      <>
        <p>{localStatus.clockAdvice}</p>
        <pre>sudo timedatectl set-ntp true</pre>
      </>
    ),
  };
}

function versionItem({ localStatus }: Words, { version, startedMs, update }: LocalStatus): LocalItem {
  const item: LocalItem = {
    name: localStatus.version,
    look: "ok",
    says: localStatus.running(version, <Ago at={startedMs} />),
  };
  if (update === null || update.phase === "committed") return { ...item, more: localStatus.noUpdate };
  if (update.phase !== "failed") return { ...item, more: localStatus.updates[update.phase](update.version) };
  return {
    ...item,
    look: "warning",
    more: localStatus.updates.failed(update.version, update.reason ?? ""),
    advice: <p>{localStatus.updateAdvice}</p>,
  };
}

function size({ number }: Words, bytes: number): string {
  return bytes < GIB ? `${number(Math.round(bytes / MIB))} MiB` : `${number(bytes / GIB, 1)} GiB`;
}
