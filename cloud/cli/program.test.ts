import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, spyOn, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "./program.ts";

/** The commands in this process, as `main.ts` calls them; what they print is gathered. */

let directory: string;
let printed: { stdout: string; stderr: string };
let spies: { mockRestore(): void }[];
let onStderr: () => void;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "homepot-cloud-"));
  printed = { stdout: "", stderr: "" };
  onStderr = () => undefined;
  spies = (["stdout", "stderr"] as const).map((name) =>
    spyOn(process[name], "write").mockImplementation((text: string | Uint8Array) => {
      printed[name] += String(text);
      onStderr();
      return true;
    }),
  );
});
afterEach(() => {
  for (const spy of spies) spy.mockRestore();
  rmSync(directory, { recursive: true });
  process.exitCode = 0;
});

const data = (): string[] => ["--data", directory];
const PASSWORD = "correct horse battery";

async function createAdmin(password: string, ...more: string[]): Promise<number> {
  const stdin = spyOn(Bun.stdin, "text").mockResolvedValue(`${password}\n`);
  try {
    return await runProgram(["admin", "create", "--email", "Owner@homepot.test", ...data(), ...more]);
  } finally {
    stdin.mockRestore();
  }
}

/** Runs `serve` until `use` is done with it, then stops it as a service manager does. */
async function whileServing(use: (url: string) => Promise<void>, ...more: string[]): Promise<number> {
  const listening = Promise.withResolvers<string>();
  onStderr = () => {
    const url = /"message":"listening".*?"url":"([^"]+)"/.exec(printed.stderr)?.[1];
    if (url !== undefined) listening.resolve(url);
  };
  const ended = runProgram(["serve", "--listen", "127.0.0.1:0", ...data(), ...more]);
  const url = await Promise.race([listening.promise, ended.then(() => Promise.reject(printed.stderr))]);
  try {
    await use(url);
  } finally {
    process.emit("SIGTERM");
  }
  return ended;
}

describe("homepot-cloud", () => {
  test("tells its version and its commands", async () => {
    expect(await runProgram(["--version"])).toBe(0);
    expect(printed.stdout).toMatch(/^\d+\.\d+\.\d+/);
    expect(await runProgram(["--help"])).toBe(0);
    for (const name of ["serve", "admin", "gateway", "openapi"]) expect(printed.stdout).toContain(name);
  });

  test.each([
    [["sreve"]],
    [["serve", "--colour", "red"]],
    [["serve", "--listen", "nowhere"]],
    [["serve", "--public-url", "https://homepot.example/path"]],
    [["gateway", "claim"]],
    [["admin", "create"]],
  ])("ends with 2 for bad usage: %p", async (args) => {
    expect(await runProgram(args)).toBe(2);
    expect(printed.stderr).not.toBe("");
  });

  test("tells a fault of the machine in words, and ends with 1", async () => {
    const file = join(directory, "file");
    await Bun.write(file, "");
    expect(await runProgram(["gateway", "claim", "--site", "X", "--data", join(file, "below")])).toBe(1);
    expect(printed.stderr).toStartWith("homepot-cloud: ");
  });

  test("prints the document of the API", async () => {
    expect(await runProgram(["openapi"])).toBe(0);
    expect(Object.keys((JSON.parse(printed.stdout) as { paths: object }).paths)).toContain("/api/v1/sites");
  });
});

describe("homepot-cloud audit verify", () => {
  const verify = async (...more: string[]) => {
    printed.stdout = "";
    process.exitCode = 0;
    const code = await runProgram(["audit", "verify", ...data(), ...more]);
    return [code, printed.stdout];
  };

  test("looks at the chain of every organisation, and ends with 1 where one is broken", async () => {
    expect(await createAdmin(PASSWORD, "--organization", "Bistro")).toBe(0);
    const also = ["admin", "create", "--email", "other@homepot.test", "--organization", "Acme", ...data()];
    const stdin = spyOn(Bun.stdin, "text").mockResolvedValue(`${PASSWORD}\n`);
    expect(await runProgram(also)).toBe(0);
    stdin.mockRestore();
    const whole = "1 entry, as it was written\n";
    expect(await verify()).toEqual([0, `Acme: ${whole}Bistro: ${whole}`]);

    using db = new Database(join(directory, "cloud.db"));
    const bistro = "organization_id = (select id from organization where name = 'Bistro')";
    db.run("drop trigger audit_entry_no_update");
    db.run(`update audit_entry set actor_name = 'Mallory' where ${bistro}`);
    const broken =
      "broken at entry 1: the entry is not as it was written; the 0 before it are as they were written\n";
    expect(await verify()).toEqual([1, `Acme: ${whole}Bistro: ${broken}`]);
    expect(await verify("--organization", "Acme")).toEqual([0, `Acme: ${whole}`]);
    const [code, lines] = await verify("--organization", "Bistro", "--json");
    expect([code, JSON.parse(lines as string)]).toEqual([
      1,
      {
        organization: { id: expect.any(String), name: "Bistro" },
        ...{ entries: 0, brokenAt: 1, reason: "the entry is not as it was written" },
      },
    ]);
    expect((await verify("--organization", "Nobody"))[0]).toBe(1);
  });
});

describe("homepot-cloud admin create", () => {
  test("makes an owner once, for people and as JSON", async () => {
    expect(await createAdmin(PASSWORD, "--organization", "Homepot", "--json")).toBe(0);
    expect(JSON.parse(printed.stdout)).toMatchObject({
      user: { email: "owner@homepot.test" },
      organization: { name: "Homepot" },
      role: "owner",
    });
    expect(await createAdmin(PASSWORD)).toBe(1);
    expect(printed.stderr).toContain("has an account already");
    expect(printed.stderr).toContain("joins a further organisation by an invitation");
    expect(printed.stdout + printed.stderr).not.toContain(PASSWORD);
  });

  test("keeps the directory and the secret to their owner", async () => {
    const path = join(directory, "below");
    expect(await createAdmin(PASSWORD, "--data", path)).toBe(0);
    expect(printed.stdout).toContain("can log in now");
    const modes = [path, join(path, "secret.key")].map((one) => (statSync(one).mode & 0o777).toString(8));
    expect(modes).toEqual(["700", "600"]);
    expect(readFileSync(join(path, "secret.key"), "utf8").trim().length).toBeGreaterThanOrEqual(43);
  });

  test("refuses a short password with the reason", async () => {
    expect(await createAdmin("short")).toBe(2);
    expect(printed.stderr).toContain("at least 10 characters");
  });
});

describe("homepot-cloud keys", () => {
  test("changes the master key and the VAPID key, and shows no secret", async () => {
    expect(await runProgram(["keys", "rotate-vapid", ...data(), "--json"])).toBe(0);
    const { publicKey } = JSON.parse(printed.stdout) as { publicKey: string };
    expect(Buffer.from(publicKey, "base64url").length).toBe(65);
    const before = readFileSync(join(directory, "master.key"), "utf8").trim();
    expect(await runProgram(["keys", "rotate", ...data()])).toBe(0);
    expect(printed.stdout).toContain("1 secrets are sealed anew");
    const after = readFileSync(join(directory, "master.key"), "utf8").trim();
    expect(after.split("\n")).toEqual([expect.any(String), before]);
    for (const key of after.split("\n")) expect(printed.stdout + printed.stderr).not.toContain(key);
  });
});

describe("homepot-cloud admin end-sessions", () => {
  test("ends those of one person or of everybody, and wants to be told which", async () => {
    const end = (...whose: string[]) => runProgram(["admin", "end-sessions", ...data(), ...whose]);
    await createAdmin(PASSWORD);
    printed.stdout = "";
    process.exitCode = 0;
    expect(await end("--email", "Owner@homepot.test", "--json")).toBe(0);
    expect(JSON.parse(printed.stdout)).toEqual({ ended: 0 });
    expect(await end("--everybody")).toBe(0);
    expect(await end("--email", "nobody@homepot.test")).toBe(1);
    expect(await end()).toBe(2);
    expect(await end("--everybody", "--email", "owner@homepot.test")).toBe(2);
  });
});

describe("homepot-cloud gateway claim", () => {
  test("makes the site and a code, while there is one organisation or with its name", async () => {
    const claim = (...more: string[]) =>
      runProgram(["gateway", "claim", "--site", "Cardiff Bay", ...data(), ...more]);
    expect(await claim()).toBe(1);
    expect(printed.stderr).toContain("homepot-cloud admin create");
    await createAdmin(PASSWORD, "--organization", "Homepot");
    printed.stdout = "";
    process.exitCode = 0;
    expect(await claim("--json")).toBe(0);
    expect(JSON.parse(printed.stdout)).toMatchObject({
      claim: expect.stringMatching(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/),
      site: "Cardiff Bay",
      expiresAt: expect.stringMatching(/Z$/),
    });
    expect(await claim("--organization", "Homepot")).toBe(0);
    expect(printed.stdout).toContain("homepot-edge enroll");
    expect(await claim("--organization", "Nowhere")).toBe(1);
    expect(await claim("--site", " ")).toBe(2);
  });
});

describe("homepot-cloud setup-link", () => {
  const setupLink = (...more: string[]) => runProgram(["setup-link", "--json", ...data(), ...more]);

  test("prints a fresh link that the running service takes, and voids the one before", async () => {
    await whileServing(async (url) => {
      const links: string[] = [];
      for (const _ of ["first", "second"]) {
        printed.stdout = "";
        expect(await setupLink("--public-url", new URL(url).origin)).toBe(0);
        links.push((JSON.parse(printed.stdout) as { link: string }).link);
      }
      const logged = /"link":"([^"]+)"/.exec(printed.stderr)?.[1] ?? "";
      const answers = await Promise.all([logged, ...links].map((link) => fetch(link)));
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 200]);
    });
  });

  test("says what to do instead once there is an account", async () => {
    await createAdmin(PASSWORD);
    printed.stdout = "";
    process.exitCode = 0;
    expect(await setupLink()).toBe(1);
    expect([printed.stdout, printed.stderr]).toEqual([
      "",
      expect.stringContaining("There is an account already"),
    ]);
  });

  test("names the address of the settings where there is no public one", async () => {
    for (const [listen, origin] of [
      ["127.0.0.1:8080", "http://127.0.0.1:8080"],
      ["0.0.0.0:80", "http://localhost"],
      ["[::]:8081", "http://localhost:8081"],
      ["[::1]:8081", "http://[::1]:8081"],
    ] as const) {
      printed.stdout = "";
      expect(await setupLink("--listen", listen)).toBe(0);
      expect((JSON.parse(printed.stdout) as { link: string }).link).toStartWith(`${origin}/setup?token=`);
    }
  });
});

describe("homepot-cloud serve", () => {
  test("serves until it is told to stop; the commands work beside it", async () => {
    const code = await whileServing(async (url) => {
      expect(await (await fetch(new URL("/readyz", url))).text()).toBe("ready\n");
      expect(await createAdmin(PASSWORD)).toBe(0);
      const login = await fetch(new URL("/api/v1/auth/login", url), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ email: "owner@homepot.test", password: PASSWORD }),
      });
      expect(login.status).toBe(200);
      await fetch(new URL("/api/v1/auth/forgot-password", url), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ email: "owner@homepot.test" }),
      });
      // It is answered as soon for an address that nobody has.
      while (!printed.stderr.includes(`${url}reset-password?token=`))
        await new Promise((resolve) => setImmediate(resolve));
    });
    expect(code).toBe(0);
  });

  test("`health` asks it whether it is ready, and ends with 1 when nothing answers", async () => {
    let listen = "";
    await whileServing(async (url) => {
      listen = new URL(url).host;
      expect(await runProgram(["health", "--listen", listen])).toBe(0);
      expect(printed.stdout).toBe("ready\n");
    });
    printed.stdout = "";
    process.exitCode = 0;
    expect(await runProgram(["health", "--listen", listen])).toBe(1);
    expect(printed.stdout).toStartWith("no answer (");
  });

  test("a session outlives a restart", async () => {
    await createAdmin(PASSWORD);
    let authorization = "";
    await whileServing(async (url) => {
      const login = await fetch(new URL("/api/v1/auth/login", url), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ email: "owner@homepot.test", password: PASSWORD }),
      });
      authorization = `Bearer ${((await login.json()) as { token: string }).token}`;
    });
    printed.stderr = "";
    await whileServing(async (url) => {
      const me = await fetch(new URL("/api/v1/auth/me", url), { headers: { authorization } });
      expect(me.status).toBe(200);
    });
  });

  test("says at once that its port is taken", async () => {
    await whileServing(async (url) => {
      const { host } = new URL(url);
      expect(await runProgram(["serve", "--listen", host, ...data()])).toBe(1);
      expect(printed.stderr).toContain("cannot be listened on");
    });
  });
});
