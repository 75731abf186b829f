import script from "./install.sh" with { type: "text" };

/**
 * The script that makes a machine a gateway of this cloud, `GET /install.sh`. It is one file that reads from top to bottom;
 * all that is put into it is where this cloud is reached, so that the command in the dashboard need not say it twice.
 */
export function installScript(cloudUrl: string): string {
  // In single quotes nothing has a meaning to a shell but the quote itself, which a URL may hold.
  const quoted = `'${cloudUrl.replace(/\/+$/, "").replaceAll("'", "%27")}'`;
  return script.replace(NO_CLOUD, () => `CLOUD=${quoted}`);
}

const NO_CLOUD = /^CLOUD=''$/m;

/** What to run at the site, to become the gateway that a claim code is for. */
export function installCommand(cloudUrl: string, claim: string): string {
  return `curl -fsSL ${cloudUrl}/install.sh | sudo sh -s -- ${claim}`;
}
