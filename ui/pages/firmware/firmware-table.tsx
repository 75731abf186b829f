import type { Firmware } from "../../../protocol/firmware/firmware.ts";
import { CopyButton } from "../../components/command.tsx";
import { Confirm } from "../../components/confirm.tsx";
import { Dialog, DialogClose } from "../../components/dialog.tsx";
import { Icon } from "../../components/icon.tsx";
import { Ago } from "../../components/moment.tsx";
import { SortHead, type Sorting } from "../../components/sorting.tsx";
import { Allowed } from "../../layout/allowed.tsx";
import { sizeText } from "../../words/sizes.ts";
import { useWords } from "../../words/use-words.ts";
import { typeIcon, typeLabel } from "../../words/words.ts";

/** Firmware as rows; on a phone as cards. */
export function FirmwareTable({ firmware, sorting }: { firmware: readonly Firmware[]; sorting: Sorting }) {
  const { firmware: words } = useWords();
  return (
    <div class="panel table-wrap">
      <table class="table cards firmware-table">
        <thead>
          <tr>
            <SortHead field="name" label={words.firmware} sorting={sorting} />
            <th scope="col">{words.use}</th>
            <SortHead field="sizeBytes" label={words.size} sorting={sorting} class="end" />
            <SortHead field="createdAt" label={words.uploaded} sorting={sorting} />
            <th scope="col">
              <span class="hidden-visually">{words.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {firmware.map((one) => (
            <Row key={one.id} of={one} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ of }: { of: Firmware }) {
  const words = useWords();
  const { firmware } = words;
  return (
    <tr id={`firmware-${of.id}`}>
      <td class="lead">
        <div class="cell-name">
          <Icon name={of.deviceType === null ? "box" : typeIcon(of.deviceType)} large />
          <div>
            <span>
              <strong>{of.name}</strong> <span class="number">{of.version}</span>
            </span>
            <small>
              <span>{of.deviceType === null ? firmware.anyDevice : typeLabel(words, of.deviceType)}</span>
              <span class="checksum">
                <code title={`${firmware.checksum} ${of.sha256}`}>{of.sha256.slice(0, 12)}…</code>
                <CopyButton text={of.sha256} name={firmware.checksum} />
              </span>
            </small>
          </div>
        </div>
      </td>
      <td class="full">
        <Use of={of} />
      </td>
      <td class="number end" data-label={firmware.size}>
        {sizeText(words, of.sizeBytes)}
      </td>
      <td class="end-phone">{firmware.by(<Ago at={of.createdAt} />, of.createdBy.name)}</td>
      <td class="end full">
        <Allowed to="job:run">
          <a
            class="button"
            href={`/jobs/new?kind=firmware.transfer&firmware=${of.id}`}
            aria-label={firmware.rollOutOf(`${of.name} ${of.version}`)}
          >
            {firmware.rollOut}
          </a>
        </Allowed>{" "}
        <Allowed to="firmware:write">
          <Delete of={of} />
        </Allowed>
      </td>
    </tr>
  );
}

/** The jobs that bring it to devices, and the devices that say they run it. */
function Use({ of }: { of: Firmware }) {
  const { firmware } = useWords();
  const more = of.openJobs - of.jobs.length;
  const devices = new URLSearchParams({
    firmware: of.version,
    ...(of.deviceType === null ? {} : { type: of.deviceType }),
  });
  return (
    <>
      {of.openJobs === 0 ? (
        <span class="faint">{firmware.noJobs}</span>
      ) : (
        <span>
          {of.jobs.map(({ id, name }, index) => (
            <span key={id}>
              {index === 0 ? "" : ", "}
              <a class="link" href={`/jobs/${id}`}>
                {name}
              </a>
            </span>
          ))}
          {more > 0 ? ` ${firmware.moreJobs(more)}` : null}
        </span>
      )}
      <span class="cell-sub">
        {of.devices === 0 ? (
          firmware.noneRun
        ) : (
          <a class="link" href={`/devices?${devices}`}>
            {firmware.run(of.devices)}
          </a>
        )}
      </span>
    </>
  );
}

function Delete({ of }: { of: Firmware }) {
  const { firmware } = useWords();
  const name = `${of.name} ${of.version}`;
  if (of.openJobs === 0)
    return (
      <Confirm
        id={`delete-${of.id}`}
        label={firmware.delete}
        question={firmware.deleteQuestion(name)}
        consequence={firmware.deleteText}
        action={`/firmware/${of.id}/remove`}
        verb={firmware.deleteOf(name)}
      />
    );
  const id = `needed-${of.id}`;
  return (
    <>
      <button class="button quiet above" type="button" popovertarget={id}>
        {firmware.delete}
      </button>
      <Dialog id={id} title={firmware.inUse(name)} text={firmware.inUseText(of.openJobs)}>
        <div class="actions">
          <DialogClose of={id} label={firmware.close} first />
        </div>
      </Dialog>
    </>
  );
}
