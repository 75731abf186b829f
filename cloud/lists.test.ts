import { expect, test } from "bun:test";
import type { Problem } from "../protocol/errors.ts";
import type { ApiDocument } from "./http/document.ts";
import { startCloud } from "./testing/start-cloud.ts";

test("every list names all that is wrong with how it is asked for, at once", async () => {
  await using cloud = await startCloud();
  const { paths } = (await (await cloud.app.request("/api/v1/openapi.json")).json()) as ApiDocument;
  const lists = Object.entries(paths).flatMap(([path, { get }]) => {
    const names = (get?.parameters ?? []).filter((one) => one.in === "query").map(({ name }) => name);
    const asked = ["cursor", "limit", "sort"].filter((name) => names.includes(name));
    return asked.includes("limit") ? [{ path, asked }] : [];
  });
  expect(lists.length).toBeGreaterThan(15);
  expect(lists.filter(({ asked }) => asked.length === 3).length).toBeGreaterThan(6);
  for (const { path, asked } of lists) {
    const address = path
      .replace("/api/v1", "")
      .replaceAll(/\{\w+\}/g, "01920000-0000-7000-8000-000000000000");
    const query = new URLSearchParams([...asked, "colour"].map((name) => [name, "0nonsense"]));
    const answer = await cloud.api(`${address}?${query}`, cloud.owner);
    const { errors = [] } = (await answer.json()) as Problem;
    const told = errors
      .map((error) => error.path)
      .filter((one) => one !== "q")
      .sort();
    expect({ path, status: answer.status, told }).toEqual({ path, status: 400, told: ["colour", ...asked] });
  }
});
