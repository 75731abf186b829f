import { Hono } from "hono";
import { renderFieldProblems } from "../../ui/ui.ts";
import type { AppEnv } from "./env.ts";
import type { FormChecks } from "./form-checks.ts";
import { pageWords } from "./show.ts";

/**
 * `POST /check/NAME`: where a form is looked at while it is filled in (`data-check`), and what is wrong with its fields is
 * said by itself. Open to everybody: forms before a log-in are looked at too, and it tells of nothing but what was sent.
 */
export function checkPages(checks: FormChecks): Hono<AppEnv> {
  const pages = new Hono<AppEnv>();
  for (const [name, look] of Object.entries(checks))
    pages.post(`/${name}`, async (c) => {
      const body = await c.req.parseBody({ all: true });
      const form = Object.entries(body).map(([field, value]) => [field, textsOf(value).join(",")]);
      const checked = await look(Object.fromEntries(form));
      const words = pageWords(c);
      const errors = checked.ok ? [] : (checked.refusal.errors ?? []);
      return c.html(renderFieldProblems(words, errors), 200, {
        "cache-control": "no-store",
        "content-language": words.language,
      });
    });
  return pages;
}

const textsOf = (value: unknown): string[] =>
  [value ?? []].flat().filter((one): one is string => typeof one === "string");
