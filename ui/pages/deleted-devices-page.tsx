import type { Page } from "../../protocol/api/list.ts";
import type { Device } from "../../protocol/devices/device.ts";
import { Empty } from "../components/empty.tsx";
import { Ago } from "../components/moment.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Pager } from "../components/pager.tsx";
import { Marked } from "../components/state.tsx";
import { Allowed } from "../layout/allowed.tsx";
import type { LocalView } from "../layout/frame.ts";
import { useWords } from "../words/use-words.ts";

/** The address of the list, from a page on. */
export const DELETED_DEVICES = "/devices?deleted=true";

/** Devices that were deleted and can come back. */
export function deletedDevicesPage({ devices, after }: { devices: Page<Device>; after: number }): LocalView {
  const { items, total, nextCursor } = devices;
  const next = new URLSearchParams({ cursor: nextCursor ?? "", after: String(after + items.length) });
  return ({ devices: words, sites }) => {
    const title = total === 0 ? words.noDeleted : words.deletedDevices(total);
    return {
      title,
      section: "devices",
      crumbs: [{ label: words.title, href: "/devices" }, { label: sites.deleted }],
      body: (
        <>
          <PageHead title={title} text={total === 0 ? undefined : words.deletedText} />
          {total === 0 ? (
            <section class="panel">
              <Empty icon="cpu" title={sites.nothingToRestore} text={words.nothingToRestoreText}>
                <a class="button" href="/devices">
                  {words.showAll}
                </a>
              </Empty>
            </section>
          ) : (
            <div class="panel table-wrap" id="results">
              <table class="table cards">
                <thead>
                  <tr>
                    <th scope="col">{words.device}</th>
                    <th scope="col">{words.site}</th>
                    <th scope="col">{sites.deleted}</th>
                    <th scope="col" class="end">
                      <span class="hidden-visually">{words.restore}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((device) => (
                    <DeletedDevice key={device.id} device={device} />
                  ))}
                </tbody>
              </table>
            </div>
          )}
          <Pager
            after={after}
            shown={items.length}
            total={total}
            next={nextCursor === null ? null : `${DELETED_DEVICES}&${next}`}
            first={DELETED_DEVICES}
          />
        </>
      ),
    };
  };
}

function DeletedDevice({ device }: { device: Device }) {
  const { devices, sites } = useWords();
  return (
    <tr>
      <td class="lead">
        {device.name}
        <Marked of={device} />
        <span class="cell-sub">{device.key}</span>
      </td>
      <td>{device.siteName}</td>
      <td>{device.deletedAt === null ? null : <Ago at={device.deletedAt} />}</td>
      <td class="end full">
        <Allowed to="device:write">
          <form method="post" action={`/devices/${device.id}/restore`}>
            <button class="button" type="submit" aria-label={sites.restoreOf(device.name)}>
              {devices.restore}
            </button>
          </form>
        </Allowed>
      </td>
    </tr>
  );
}
