import type { ImportLine, ImportResult } from "../../protocol/imports/import.ts";
import { FormProblem } from "../components/field.tsx";
import { LeftOut } from "../components/left-out.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Panel } from "../components/panel.tsx";
import { State } from "../components/state.tsx";
import type { LocalView } from "../layout/frame.ts";
import { useWords } from "../words/use-words.ts";

export interface ImportProps {
  what: "sites" | "devices";
  /** The file's text, as it was chosen or pasted; empty at first. */
  csv: string;
  /** What it would do; null before anything was looked at. */
  preview: ImportResult | null;
  /** Only the lines that fail are shown. */
  failingOnly: boolean;
  problem: { title: string; text: string } | null;
  /** Simulated devices, which an export leaves out unless it is asked for them. */
  simulated: number;
}

/** Lines that are shown; a file may have twenty thousand. */
const LINES_SHOWN = 500;

/** Records from a CSV file: what it would do is shown line by line before it does it. */
export function importPage(props: ImportProps): LocalView {
  const { what, preview, problem } = props;
  return (words) => {
    const { imports } = words;
    const title = preview === null ? imports.title[what] : imports.would(preview.counts);
    return {
      title,
      section: what,
      crumbs: [{ label: words[what].title, href: `/${what}` }, { label: imports.import }],
      body: (
        <>
          <PageHead title={title} text={preview === null ? imports.text : imports.nothingYet} />
          <div class="stack">
            {problem === null ? null : <FormProblem {...problem} />}
            {preview === null ? null : <Preview {...props} preview={preview} />}
            <ChooseFile {...props} />
          </div>
        </>
      ),
    };
  };
}

function ChooseFile({ what, csv, preview, simulated }: ImportProps) {
  const { imports } = useWords();
  return (
    <Panel title={preview === null ? imports.choose : imports.chooseAnother}>
      <form
        class="form"
        method="post"
        action={`/${what}/import`}
        enctype="multipart/form-data"
        hx-boost="false"
      >
        <div class="field">
          <label for="file">{imports.file}</label>
          <input class="input" type="file" id="file" name="file" accept=".csv,text/csv" />
        </div>
        <div class="field">
          <label for="csv">{imports.paste}</label>
          <textarea
            class="textarea mono"
            id="csv"
            name="csv"
            rows={8}
            spellcheck={false}
            aria-describedby="csv-hint"
          >
            {csv}
          </textarea>
          <p class="field-hint" id="csv-hint">
            {imports.columns[what]}
          </p>
        </div>
        <div class="actions">
          <button class={preview === null ? "button primary" : "button"} type="submit">
            {imports.look}
          </button>
          <a class="button quiet" href={`/api/v1/${what}/export`} hx-boost="false" download>
            {imports.exportAll[what]}
          </a>
        </div>
        {simulated === 0 ? null : (
          <LeftOut
            text={imports.leftOut(simulated)}
            action={imports.exportWith}
            href={`/api/v1/${what}/export?provenance=all`}
            download
          />
        )}
      </form>
    </Panel>
  );
}

function Preview({ what, csv, preview, failingOnly }: ImportProps & { preview: ImportResult }) {
  const { imports } = useWords();
  const { counts } = preview;
  const ready = counts.create + counts.change;
  const lines = preview.lines.filter((line) => !failingOnly || line.action === "fail");
  return (
    <>
      <form class="actions" method="post" action={`/${what}/import/run`} hx-boost="false">
        <input type="hidden" name="csv" value={csv} />
        <input type="hidden" name="digest" value={preview.digest} />
        {counts.fail === 0 ? null : <input type="hidden" name="skip" value="true" />}
        <button class="button primary" type="submit" disabled={ready === 0}>
          {counts.fail === 0 ? imports.run(ready) : imports.runWithout(ready, counts.fail)}
        </button>
        {counts.fail === 0 ? null : (
          <button
            class="button"
            type="submit"
            formaction={`/${what}/import`}
            name="failing"
            value={failingOnly ? "" : "true"}
          >
            {failingOnly ? imports.allLines : imports.failingOnly(counts.fail)}
          </button>
        )}
      </form>
      {preview.passedOver.length === 0 ? null : (
        <p class="muted">{imports.passedOver(preview.passedOver.join(", "))}</p>
      )}
      <Panel title={imports.lines(preview.lines.length)} flush>
        <table class="table cards">
          <thead>
            <tr>
              <th scope="col">{imports.record}</th>
              <th scope="col">{imports.happens}</th>
              <th scope="col">{imports.details}</th>
            </tr>
          </thead>
          <tbody>
            {lines.slice(0, LINES_SHOWN).map((line) => (
              <LineRow key={line.line} line={line} />
            ))}
          </tbody>
        </table>
        {lines.length <= LINES_SHOWN ? null : (
          <p class="panel-body muted">{imports.more(lines.length - LINES_SHOWN)}</p>
        )}
      </Panel>
    </>
  );
}

const MARKS = {
  create: { shape: "disc", tone: "ok" },
  change: { shape: "diamond", tone: "info" },
  unchanged: { shape: "ring", tone: "offline" },
  fail: { shape: "square", tone: "error" },
} as const;

function LineRow({ line }: { line: ImportLine }) {
  const { imports, fields } = useWords();
  return (
    <tr>
      <td class="lead beside">
        {line.name}
        <span class="cell-sub">{imports.line(line.line)}</span>
      </td>
      <td class="nowrap end-phone">
        <State state={{ ...MARKS[line.action], word: imports.actions[line.action] }} />
      </td>
      <td class="full">
        {line.errors.map(({ path, message }) => (
          <div key={`${path} ${message}`}>
            {fields.refusal(path === "" ? message : `${path}: ${message}`)}
          </div>
        ))}
        {line.action === "fail"
          ? null
          : line.changes.map(({ field, before, after }) => (
              <div key={field}>
                <span class="muted">{field}</span>{" "}
                {before === null ? (after ?? "") : imports.from(before, after ?? imports.none)}
              </div>
            ))}
      </td>
    </tr>
  );
}
