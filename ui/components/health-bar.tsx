import type { DeviceCounts } from "../../protocol/sites/site.ts";
import { useWords } from "../words/use-words.ts";
import { troubles } from "../words/words.ts";

/**
 * The devices of a site as one bar: well, warning, error, and away. Its name says the same in words. `unseen`: the site's
 * gateway is not connected, so that how they are is not known.
 */
export function HealthBar({ devices, unseen = false }: { devices: DeviceCounts; unseen?: boolean }) {
  const words = useWords();
  const { total, health, connectivity } = devices;
  const away = unseen ? total : Math.min(total, connectivity.offline + connectivity.never);
  const error = Math.min(total - away, health.error);
  const warning = Math.min(total - away - error, health.warning + connectivity.late);
  const ok = total - away - error - warning;
  const parts = [
    { tone: "ok", count: ok },
    { tone: "warning", count: warning },
    { tone: "error", count: error },
    { tone: "offline", count: away },
  ];
  let x = 0;
  return (
    <svg
      class="health-bar"
      viewBox="0 0 100 6"
      preserveAspectRatio="none"
      role="img"
      aria-label={unseen ? words.sites.cannotBeSeen : troubles(words, devices) || words.sites.well}
    >
      {parts.map(({ tone, count }) => {
        const width = total === 0 ? 0 : (count / total) * 100;
        const start = x;
        x += width;
        return width > 0 ? (
          <rect key={tone} class={`tone-${tone}`} x={start} y="0" width={width} height="6" />
        ) : null;
      })}
    </svg>
  );
}
