import { expect, test } from "bun:test";
import { roomier } from "./request-room.ts";

const MAX = { BUN_CONFIG_MAX_HTTP_REQUESTS: "4096" };

test("a program begins anew as what it was started as, with room for requests, and once", () => {
  const env = { PATH: "/bin", HOME: undefined };
  const source = { env, execPath: "/bun", execArgv: ["--smol"], argv: ["/bun", "/a/main.ts", "serve", "-x"] };
  expect(roomier(source)).toEqual({
    args: ["/bun", "--smol", "/a/main.ts", "serve", "-x"],
    env: { PATH: "/bin", ...MAX },
  });
  expect(roomier({ ...source, env: MAX })).toBe(null);
});

test("a compiled one has no script beside it", () => {
  const compiled = {
    ...{ env: {}, execPath: "/usr/bin/homepot-cloud", execArgv: [] },
    argv: ["bun", "/$bunfs/root/homepot-cloud", "serve"],
  };
  expect(roomier(compiled)).toEqual({ args: ["/usr/bin/homepot-cloud", "serve"], env: MAX });
});

test("whoever said how many there may be is heard", () => {
  const env = { BUN_CONFIG_MAX_HTTP_REQUESTS: "64" };
  expect(roomier({ env, execPath: "/bun", execArgv: [], argv: ["/bun", "/a/main.ts", "serve"] })).toBe(null);
});
