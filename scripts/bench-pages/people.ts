import { type Cloud, PASSWORD } from "../e2e/stack.ts";

/** `Cookie` of a session of each of so many administrators, who were invited and have joined. */
export async function addOperators(cloud: Cloud, count: number): Promise<string[]> {
  const cookies: string[] = [];
  for (let number = 1; number <= count; number += 1) {
    const email = `operator-${number}@homepot.example`;
    const { link } = await cloud.api<{ link: string }>("/invitations", {
      method: "POST",
      body: JSON.stringify({ email, role: "administrator" }),
    });
    const token = new URL(link).searchParams.get("token");
    const joined = await fetch(`${cloud.url}/api/v1/auth/accept-invitation`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token, name: `Operator ${number}`, password: PASSWORD }),
    });
    if (!joined.ok) throw new Error(`${email} cannot join: ${joined.status} ${await joined.text()}`);
    cookies.push(
      joined.headers
        .getSetCookie()
        .map((line) => line.split(";")[0])
        .join("; "),
    );
  }
  return cookies;
}
