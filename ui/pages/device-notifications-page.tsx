import type { Page } from "../../protocol/api/list.ts";
import type { DeviceDetail } from "../../protocol/devices/device.ts";
import type { Endpoint } from "../../protocol/notifications/endpoint.ts";
import type { Notification } from "../../protocol/notifications/notification.ts";
import { Empty } from "../components/empty.tsx";
import { LiveRegion } from "../components/live-region.tsx";
import { Lasting } from "../components/moment.tsx";
import { Panel } from "../components/panel.tsx";
import { Reason } from "../components/reason.tsx";
import { State } from "../components/state.tsx";
import { Allowed } from "../layout/allowed.tsx";
import type { LocalView } from "../layout/frame.ts";
import { notificationsUrl } from "../urls/urls.ts";
import { useWords } from "../words/use-words.ts";
import { deviceSentence } from "../words/words.ts";
import { DeviceHead } from "./device-head.tsx";
import { NotificationTable } from "./notifications/notification-table.tsx";

interface Props {
  device: DeviceDetail;
  /** Those with deliveries to it, newest first. */
  notifications: Page<Notification>;
  /** The apps that are registered for it. */
  endpoints: readonly Endpoint[];
}

/** What a device was told, and where it is told. */
export function deviceNotificationsPage(props: Props): LocalView {
  const { device } = props;
  return (words) => ({
    title: deviceSentence(words, device.name, device, device.gatewayConnected),
    section: "devices",
    crumbs: [
      { label: words.frame.sections.sites, href: "/sites" },
      { label: device.siteName, href: `/sites/${device.siteId}` },
      { label: device.name, href: `/devices/${device.id}` },
      { label: words.notifications.title },
    ],
    body: (
      <LiveRegion id="device">
        <DeviceHead device={device} tab="notifications" />
        <div class="stack">
          <Told {...props} />
          <Endpoints {...props} />
        </div>
      </LiveRegion>
    ),
  });
}

function Notify({ device }: Pick<Props, "device">) {
  const { notifications } = useWords();
  return (
    <Allowed to="notification:send">
      <a class="button" href={`/notifications/new?devices=${device.id}`}>
        {notifications.device.notify}
      </a>
    </Allowed>
  );
}

function Told({ device, notifications: { items, total } }: Props) {
  const { notifications } = useWords();
  if (items.length === 0)
    return (
      <section class="panel">
        <Empty icon="bell" title={notifications.device.none} text={notifications.device.noneText}>
          <Notify device={device} />
        </Empty>
      </section>
    );
  return (
    <Panel
      title={notifications.title}
      flush
      actions={
        <>
          {items.length < total ? (
            <a class="button quiet" href={notificationsUrl({ device: device.id })}>
              {notifications.history.title(total)}
            </a>
          ) : null}
          <Notify device={device} />
        </>
      }
    >
      <NotificationTable notifications={items} sorting={null} />
    </Panel>
  );
}

function Endpoints({ endpoints: registered }: Props) {
  const { notifications, endpoints } = useWords();
  if (registered.length === 0) return null;
  return (
    <Panel title={notifications.device.endpoints} flush>
      <table class="table cards">
        <tbody>
          {registered.map(({ id, label, platform, hint, disabledAt, disabledReason }) => (
            <tr key={id}>
              <td class="lead beside">
                {label || endpoints.unnamed(endpoints.platforms[platform])}
                <span class="cell-sub">
                  {endpoints.platforms[platform]} · <span class="mono">{hint}</span>
                </span>
              </td>
              <td class="full">
                {disabledAt === null ? (
                  <State state={{ shape: "disc", tone: "ok", word: endpoints.works }} />
                ) : (
                  <>
                    <State state={{ shape: "ring", tone: "offline", word: endpoints.ended }} />
                    <span class="cell-sub">
                      {endpoints.lasting(<Lasting since={disabledAt} />)}
                      {disabledReason === null ? null : (
                        <>
                          : <Reason of={disabledReason} by="platform" />
                        </>
                      )}
                    </span>
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
