/**
 * The words of the interface: times, numbers, names of states and the sentences that title pages. Pure functions;
 * promises the same words wherever the same fact is shown. Never reads a clock or the reader's settings by itself.
 */
export { absoluteTime, clockTime, dayTime } from "./absolute-time.ts";
export { typeLabel, typesTogether, typeWords } from "./device-types.ts";
export {
  CLOCK_ADVICE,
  correctionWords,
  FORGOTTEN_WORDS,
  GATEWAY_AWAY,
  gatewayState,
  isReachable,
  skewWords,
} from "./gateway-states.ts";
export { counted, decimalsOf, formatCount, formatNumber } from "./numbers.ts";
export { duration, relativeTime } from "./relative-time.ts";
export {
  connectionReason,
  deviceSentence,
  gatewaysSentence,
  healthReason,
  healthyOf,
  overviewSentence,
} from "./sentences.ts";
export { qualityWords } from "./series-words.ts";
export { byWorst, siteState, troubles } from "./site-states.ts";
export {
  CONNECTIVITY_WORDS,
  type DeviceState,
  HEALTH_WORDS,
  isFine,
  type Shape,
  type StateWords,
  type Tone,
} from "./states.ts";
export { capital, formatMeasure, formatValue, metricName } from "./values.ts";
