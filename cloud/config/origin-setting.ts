import type { Setting } from "../../protocol/settings/setting.ts";

/** The address of a web service: `https://homepot.example`, without a path. Null while nobody sets it. */
export function originSetting(described: { name: string; about: string }): Setting<string | null> {
  return {
    ...described,
    fallback: null,
    read: (input) => {
      const origin = typeof input === "string" ? readOrigin(input) : null;
      return origin === null ? { ok: false, message: `must be ${ORIGIN_FORM}` } : { ok: true, value: origin };
    },
  };
}

export const ORIGIN_FORM = "an address such as https://homepot.example, without a path";

/** Null for what is no origin of the web: a wildcard, a path, another scheme. */
export function readOrigin(text: string): string | null {
  const url = URL.parse(text.trim());
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  return `${url.pathname}${url.search}${url.hash}${url.username}` === "/" ? url.origin : null;
}

/** The same, also of an MQTT broker. */
export function readOutboundOrigin(text: string): string | null {
  const [, scheme] = /^(https?|mqtts?):/i.exec(text.trim()) ?? [];
  if (scheme === undefined) return null;
  const web = readOrigin(text.trim().replace(/^mqtt/i, "http"));
  return web === null ? null : `${scheme.toLowerCase()}:${web.slice(web.indexOf("//"))}`;
}
