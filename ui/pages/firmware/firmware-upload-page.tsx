import type { FieldError } from "../../../protocol/errors.ts";
import {
  describedBy,
  errorOf,
  Field,
  FormProblem,
  type FormTrouble,
  TextField,
} from "../../components/field.tsx";
import { FormActions } from "../../components/form-actions.tsx";
import { PageHead } from "../../components/page-head.tsx";
import type { LocalView } from "../../layout/frame.ts";
import { sizeText } from "../../words/sizes.ts";
import { useWords } from "../../words/use-words.ts";
import { typeLabel } from "../../words/words.ts";

export interface FirmwareValues {
  name: string;
  version: string;
  deviceType: string;
  sha256: string;
}

export interface FirmwareUploadProps {
  values: FirmwareValues;
  /** The types of devices there are; another can be typed. */
  types: readonly string[];
  /** The largest that is taken. */
  maxBytes: number;
  errors: readonly FieldError[];
  problem: FormTrouble | null;
}

/**
 * A form that brings a file, sent as any other. Where script runs (`data-upload`), it is sent without leaving the page, which
 * shows how far it is and can stop it.
 */
export function firmwareUploadPage(props: FirmwareUploadProps): LocalView {
  return ({ firmware, jobs }) => ({
    title: firmware.uploadTitle,
    section: "jobs",
    crumbs: [
      { label: jobs.title, href: "/jobs" },
      { label: firmware.title, href: "/firmware" },
      { label: firmware.upload },
    ],
    body: (
      <>
        <PageHead title={firmware.uploadTitle} text={firmware.uploadText} />
        <form
          class="form"
          method="post"
          action="/firmware/new"
          enctype="multipart/form-data"
          hx-boost="false"
          data-upload={JSON.stringify(firmware.script)}
          data-check="/firmware/new/check"
          noValidate
        >
          {props.problem === null ? null : <FormProblem {...props.problem} />}
          <Fields {...props} />
          <Progress />
          <FormActions verb={firmware.send} back="/firmware" />
        </form>
      </>
    ),
  });
}

/** The file last: what it is must be known before its bytes come. */
function Fields({ values, types, maxBytes, errors }: FirmwareUploadProps) {
  const words = useWords();
  const { firmware } = words;
  const of = (name: keyof FirmwareValues) => ({ name, value: values[name], error: errorOf(errors, name) });
  const type = { name: "deviceType", label: firmware.type, hint: firmware.typeHint };
  const typed = { ...type, error: errorOf(errors, "deviceType") };
  const limit = firmware.fileHint(sizeText(words, maxBytes));
  const file = {
    name: "file",
    label: firmware.file,
    hint: errors.length > 0 ? `${limit} ${firmware.again}` : limit,
    error: errorOf(errors, "file"),
  };
  return (
    <>
      <TextField
        {...of("name")}
        label={firmware.name}
        hint={firmware.nameHint}
        maxLength={64}
        autocomplete="off"
        required
      />
      <TextField
        {...of("version")}
        label={firmware.version}
        hint={firmware.versionHint}
        maxLength={64}
        autocomplete="off"
        required
      />
      <Field {...typed}>
        <input
          class="input"
          id="deviceType"
          name="deviceType"
          list="types"
          value={values.deviceType}
          maxLength={40}
          autocomplete="off"
          {...describedBy(typed)}
        />
        <datalist id="types">
          {types.map((one) => (
            <option key={one} value={one} label={typeLabel(words, one)} />
          ))}
        </datalist>
      </Field>
      <TextField
        {...of("sha256")}
        label={firmware.checksum}
        hint={firmware.sha256Hint}
        maxLength={64}
        autocomplete="off"
      />
      <Field {...file}>
        <input
          class="input"
          type="file"
          id="file"
          name="file"
          required
          data-max-bytes={maxBytes}
          {...describedBy(file)}
        />
      </Field>
    </>
  );
}

/** Filled in by the script, and seen while something is sent. */
function Progress() {
  const { firmware } = useWords();
  return (
    <>
      <div class="upload" hidden data-upload-progress="">
        <progress max={1} value={0} aria-label={firmware.uploadTitle} />
        <span class="upload-said number" />
        <button class="button" type="button" data-upload-stop="">
          {firmware.script.stop}
        </button>
      </div>
      <p class="muted" role="status" data-upload-status="" />
    </>
  );
}
