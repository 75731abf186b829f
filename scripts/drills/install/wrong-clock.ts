import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { falseClock } from "../../e2e/false-clock.ts";
import type { CloudInside } from "./cloud-inside.ts";
import type { Held, InstalledGateway } from "./gateway.ts";
import { TlsFront } from "./tls-front.ts";

/** On the machine: what makes programs read another time. */
const LIBRARY = "/usr/local/lib/libfaketime.so.1";
const STICK = "/media/stick";

/** A machine without a battery believes that it is long ago, when the cloud's certificate was not yet valid. */
export async function wrongClock(
  gateway: InstalledGateway,
  cloud: CloudInside,
  release: string,
  held: Held,
): Promise<void> {
  const { machine } = gateway;
  const { LD_PRELOAD: library = "", ...others } = falseClock("-36y");
  const at = (path: string) => join(machine.root, path);
  await cp(library, at(LIBRARY));
  await cp(release, at(STICK), { recursive: true });
  const clock = Object.entries({ ...others, LD_PRELOAD: LIBRARY }).map(([name, value]) => `${name}=${value}`);
  await using front = await TlsFront.start(machine, cloud, cloud.directory);
  const code = await cloud.claim("Long Ago");

  const unknown = await machine.run(`sh ${STICK}/install.sh --cloud ${front.url} ${code}`);
  held(
    "of an authority that the machine does not know it is told what to do",
    unknown.code === 1 && /does not count here[\s\S]*update-ca-certificates/.test(unknown.said),
    unknown.said,
  );
  await front.makeKnown();
  const wrong = clock.join(" ");
  const brought = await machine.run(`${wrong} sh ${STICK}/install.sh --cloud ${front.url} ${code}`);
  held(
    "with a clock that is years behind it is told that it is the clock, and how to set it",
    brought.code === 1 &&
      /The clock of this machine is wrong: it says 19\d\d-[\s\S]*Set it: timedatectl/.test(brought.said),
    brought.said,
  );
  held("and nothing was installed", (await machine.run("test -e /usr/bin/homepot-edge")).code !== 0);

  const stick = `sh ${STICK}/install.sh --from ${STICK} --cloud ${front.url} ${code}`;
  const installed = await machine.run(`${wrong} ${stick}`);
  held(
    "from a stick it is installed, and told why it could not be enrolled",
    installed.code === 1 && /not valid at this machine's time[\s\S]*timedatectl status/.test(installed.said),
    installed.said,
  );
  held("and serves its site", await gateway.publishes("till-5"));
  const set = await machine.run(stick);
  const { enrolment } = (await gateway.status()) ?? {};
  held("once the clock is set the same command enrols it", enrolment?.gatewayId !== undefined, set.said);
  const examined = await machine.run("homepot-edge doctor");
  const ways = examined.said.split("\n").filter((line) => /^\S+ +(tls|answer) /.test(line));
  held(
    "and it trusts the company's authority, as the machine does",
    ways.length === 2 && ways.every((line) => line.startsWith("ok")),
    examined.said,
  );
  await gateway.isGone(held);
  for (const path of [LIBRARY, STICK]) await rm(at(path), { recursive: true });
}
