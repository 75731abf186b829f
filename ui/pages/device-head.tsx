import type { DeviceDetail } from "../../protocol/devices/device.ts";
import { Command } from "../components/command.tsx";
import { Icon } from "../components/icon.tsx";
import { Tags } from "../components/labels.tsx";
import { PageHead } from "../components/page-head.tsx";
import { RestoreNotice } from "../components/restore-notice.tsx";
import { SimulatedBadge } from "../components/state.tsx";
import { ConnectivityOf, DeviceTitleIsland, HealthOf } from "../islands/device-states.tsx";
import { Allowed, useMay } from "../layout/allowed.tsx";
import { PageLink } from "../layout/page-link.tsx";
import { useWords } from "../words/use-words.ts";
import { deviceSentence, isReachable, typeIcon, typeLabel } from "../words/words.ts";

const TABS = [
  { key: "overview", path: "" },
  { key: "jobs", path: "/jobs", needs: "job:read" },
  { key: "notifications", path: "/notifications", needs: "notification:read" },
  { key: "configuration", path: "/configuration" },
] as const;

/** What every tab of a device begins with: the sentence with its state, what it is and where, and the tabs. */
export function DeviceHead({ device, tab }: { device: DeviceDetail; tab: (typeof TABS)[number]["key"] }) {
  const words = useWords();
  const may = useMay();
  const reachable = isReachable(device);
  return (
    <>
      <PageHead
        title={
          reachable ? (
            <DeviceTitleIsland device={device} />
          ) : (
            deviceSentence(words, device.name, device, false)
          )
        }
        actions={
          <>
            <Allowed to="job:run">
              <a class="button" href={`/jobs/new?devices=${device.id}`}>
                <Icon name="list-checks" />
                {words.jobs.runHere}
              </a>
            </Allowed>
            <Allowed to="notification:send">
              <a class="button" href={`/notifications/new?devices=${device.id}`}>
                <Icon name="bell" />
                {words.notifications.notify}
              </a>
            </Allowed>
          </>
        }
        facts={
          <>
            <ConnectivityOf device={device} />
            {reachable ? <HealthOf device={device} /> : null}
            <span>
              <Icon name={typeIcon(device.type)} />
              {typeLabel(words, device.type)}
            </span>
            <PageLink href={`/sites/${device.siteId}`}>
              <Icon name="store" />
              {device.siteName}
            </PageLink>
            {device.provenance === "simulated" ? <SimulatedBadge /> : null}
            <Tags tags={device.tags} list="/devices" />
          </>
        }
      />
      {device.lifecycle === "retired" ? (
        <Allowed to="device:write">
          <RestoreNotice
            action={`/devices/${device.id}/restore`}
            name={device.name}
            text={words.devices.retired}
            label={words.devices.restore}
          />
        </Allowed>
      ) : null}
      {device.lifecycle === "pending" ? (
        <div class="notice tone-offline" role="status">
          <div>
            <p>{words.devices.expected}</p>
            <Command text={`homepot-edge device add ${device.key}`} name={words.devices.addCommand} />
          </div>
        </div>
      ) : null}
      <nav class="tabs" aria-label={words.devices.device}>
        {TABS.filter((one) => !("needs" in one) || may(one.needs)).map(({ key, path }) => (
          <a key={key} href={`/devices/${device.id}${path}`} aria-current={key === tab ? "page" : undefined}>
            {words.devices.tabs[key]}
          </a>
        ))}
      </nav>
    </>
  );
}
