/**
 * The words of the interface: the catalogue of each language, and what is made of it: times, states, and the sentences
 * that title pages. Pure functions of a language's words; promises the same words wherever the same fact is shown.
 * Never reads a clock or the reader's settings by itself.
 */
export { absoluteTime, clockTime, dayLabel, dayTime, plannedTime } from "./absolute-time.ts";
export { bothTimes } from "./both-times.ts";
export { skewWords } from "./clock-words.ts";
export { typeIcon, typeLabel, typesTogether } from "./device-types.ts";
export { gatewayState, isReachable } from "./gateway-states.ts";
export { connectionReason, gatewaysSentence, healthReason, overviewSentence } from "./overview-words.ts";
export { duration, relativeTime } from "./relative-time.ts";
export { deviceSentence, healthyOf } from "./sentences.ts";
export { simulationSentence, simulationState } from "./simulation-states.ts";
export { type SiteWithState, siteState, troubles, worstFirst } from "./site-states.ts";
export {
  connectivityState,
  type DeviceState,
  healthState,
  isFine,
  notKnown,
  type Shape,
  type StateWords,
  type Tone,
} from "./states.ts";
export { asSentence, capital, formatMeasure, formatValue, metricName, metricWithUnit } from "./values.ts";
