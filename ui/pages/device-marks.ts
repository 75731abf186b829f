import type { Mark } from "../../protocol/devices/mark.ts";
import type { ChartMark } from "../charts/charts.ts";
import type { Words } from "../words/catalogues.ts";
import { jobState } from "../words/job-states.ts";

/** What was done to a device, as its charts show it. */
export function chartMarks(words: Words, deviceId: string, marks: readonly Mark[]): ChartMark[] {
  return marks.flatMap(({ at, job, layer }) => {
    const atMs = Date.parse(at);
    if (job !== null) {
      const { shape, tone, word } = jobState(words, job.state);
      const text = words.devices.jobMark(job.name, word);
      return [{ atMs, shape, tone, text, href: `/jobs/${job.id}/executions/${job.execution}` }];
    }
    if (layer === null) return [];
    const text = words.devices.layerMark(words.configuration.levels[layer.level], layer.version);
    return [
      { atMs, shape: "diamond", tone: "info", text, href: `/devices/${deviceId}/configuration` } as const,
    ];
  });
}
