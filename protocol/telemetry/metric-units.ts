/**
 * The unit a metric is shown in, from the end of its name (`temperatureC`, `power_w`, `battery_percent`) or from a
 * name everybody uses. UCUM symbols as people write them; "" where nothing is known.
 */
const SUFFIXES: readonly [RegExp, string][] = [
  [/([pP]ercent|_pct|Pct)$/, "%"],
  [/(Celsius|_celsius|_c|TempC|temperatureC)$/, "°C"],
  [/(Kwh|_kwh|kWh)$/, "kWh"],
  [/(Ms|_ms)$/, "ms"],
  [/(Seconds|_seconds|_s)$/, "s"],
  [/(Dbm|_dbm)$/, "dBm"],
  [/(Hz|_hz)$/, "Hz"],
  [/(Bytes|_bytes)$/, "B"],
  [/(Watts|_watts|_w)$/, "W"],
  [/(Volts|_volts|_v)$/, "V"],
  [/(Amps|_amps|_a)$/, "A"],
  [/(Lux|_lux)$/, "lx"],
  [/(Ppm|_ppm)$/, "ppm"],
];
const NAMES: Record<string, string> = {
  temperature: "°C",
  setpoint: "°C",
  humidity: "%",
  battery: "%",
  cpu: "%",
  memory: "%",
  disk: "%",
  power: "W",
  energy: "kWh",
  voltage: "V",
  current: "A",
  frequency: "Hz",
  latency: "ms",
  uptime: "s",
  rssi: "dBm",
  illuminance: "lx",
  co2: "ppm",
  pressure: "hPa",
};

export function unitOf(metric: string): string {
  const known = Object.hasOwn(NAMES, metric) ? NAMES[metric] : undefined;
  return known ?? SUFFIXES.find(([ending]) => ending.test(metric))?.[1] ?? "";
}
