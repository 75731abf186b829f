import type { Setting } from "../../protocol/settings/setting.ts";

/** The address of a web service: `https://homepot.example`, without a path. Null while nobody sets it. */
export function originSetting(described: { name: string; about: string }): Setting<string | null> {
  return {
    ...described,
    fallback: null,
    read: (input) => {
      const url = typeof input === "string" ? URL.parse(input.trim()) : null;
      const isOrigin =
        url !== null &&
        /^https?:$/.test(url.protocol) &&
        `${url.pathname}${url.search}${url.hash}${url.username}` === "/";
      return isOrigin
        ? { ok: true, value: url.origin }
        : { ok: false, message: "must be an address such as https://homepot.example, without a path" };
    },
  };
}
