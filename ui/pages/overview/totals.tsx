import type { Overview } from "../../../protocol/health/health.ts";
import { Mark } from "../../components/mark.tsx";
import { PageLink } from "../../layout/page-link.tsx";
import { devicesUrl } from "../../urls/urls.ts";
import type { Words } from "../../words/catalogues.ts";
import { seenNow } from "../../words/overview-words.ts";
import { useWords } from "../../words/use-words.ts";

/** One line of figures, each a link to what it counts. */
export function Totals({ overview }: { overview: Overview }) {
  const { sites, gateways, devices, cutOff, jobs } = overview;
  const { online, offline, errors, warnings } = seenNow(overview);
  const away = cutOff.devices.total + offline;
  const { overview: words, count } = useWords();
  const trouble = errors + warnings;
  return (
    <nav class="panel totals" aria-label={words.totals}>
      <Total
        href="/sites"
        name={words.sites}
        figure={count(sites.total)}
        tone={sites.withProblems === 0 ? "ok" : "warning"}
        note={sites.withProblems === 0 ? words.sitesWell : words.sitesInTrouble(sites.withProblems)}
      />
      <Total
        href="/devices"
        name={words.devicesOnline}
        figure={count(online)}
        of={count(devices.total)}
        tone={away > 0 ? "offline" : "ok"}
        note={devicesNote(words, offline, overview)}
      />
      <Total
        href={errors > 0 ? devicesUrl({ health: "error" }) : devicesUrl({ health: "warning" })}
        name={words.inTrouble}
        figure={count(trouble)}
        tone={errors > 0 ? "error" : warnings > 0 ? "warning" : "ok"}
        note={trouble === 0 ? words.noTrouble : words.troubles(errors, warnings)}
      />
      <Total
        href="/gateways"
        name={words.gatewaysConnected}
        figure={count(gateways.connected)}
        of={count(gateways.total)}
        tone={gateways.connected < gateways.total ? "offline" : "ok"}
        note={gatewaysNote(words, gateways)}
      />
      <Total
        href="/jobs/queue"
        name={words.jobs}
        figure={count(jobs.running + jobs.paused + jobs.stopped)}
        tone={jobs.stopped > 0 ? "error" : jobs.paused > 0 ? "warning" : "ok"}
        note={jobsNote(words, jobs)}
      />
    </nav>
  );
}

function devicesNote(words: Words["overview"], offline: number, { devices, cutOff }: Overview): string {
  const away = [
    ...(offline > 0 ? [words.offline(offline)] : []),
    ...(cutOff.devices.total > 0 ? [words.unseen(cutOff.devices.total)] : []),
  ];
  const simulated = devices.simulated > 0 ? [words.simulated(devices.simulated)] : [];
  return [...(away.length > 0 ? away : [words.noneOffline]), ...simulated].join(", ");
}

function gatewaysNote(
  words: Words["overview"],
  { total, connected, entriesBehind }: Overview["gateways"],
): string {
  const parts = [
    ...(connected < total ? [words.offline(total - connected)] : []),
    ...(entriesBehind > 0 ? [words.entriesBehind(entriesBehind)] : []),
  ];
  return parts.join(", ") || words.inStep;
}

function jobsNote(words: Words["overview"], { stopped, paused, scheduled }: Overview["jobs"]): string {
  const parts = [
    ...(stopped > 0 ? [words.stopped(stopped)] : []),
    ...(paused > 0 ? [words.paused(paused)] : []),
    ...(scheduled > 0 ? [words.scheduled(scheduled)] : []),
  ];
  return parts.join(", ") || words.noneScheduled;
}

const TOTAL_SHAPES = { ok: "disc", warning: "triangle", error: "square", offline: "ring" } as const;

function Total(props: {
  href: string;
  name: string;
  figure: string;
  of?: string;
  tone: keyof typeof TOTAL_SHAPES;
  note: string;
}) {
  return (
    <PageLink href={props.href}>
      <span class="total-name">{props.name}</span>
      <span class="total-figure">
        {props.figure}
        {props.of === undefined ? null : <small>{useWords().overview.of(props.of)}</small>}
      </span>
      <span class={`total-note tone-${props.tone}`}>
        <Mark shape={TOTAL_SHAPES[props.tone]} />
        {props.note}
      </span>
    </PageLink>
  );
}
