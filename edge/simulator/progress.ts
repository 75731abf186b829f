/** How a simulation goes. Its devices write it, whoever watches reads it. */
export interface Progress {
  devices: number;
  connected: number;
  /** Messages that the broker has acknowledged. */
  published: number;
  /** Why a device could last not connect. */
  trouble: string | null;
}

/** The progress in words; `perSecond` is the rate of messages since it was last told. */
export function describeProgress(progress: Progress, perSecond: number): string {
  const { devices, connected, published, trouble } = progress;
  const rate = perSecond.toFixed(perSecond < 10 ? 1 : 0);
  const line = `${connected} of ${devices} devices connected, ${published} messages acknowledged, ${rate}/s`;
  return trouble === null || connected === devices ? line : `${line} (${trouble})`;
}
