/**
 * Does a topic filter match a topic name? MQTT 3.1.1 section 4.7: `+` is one level, also an empty one; `#` at the end
 * is the level before it and all below; neither matches a first level that begins with `$`. Both are taken as valid.
 */
export function filterMatches(filter: string, name: string): boolean {
  if (name.startsWith("$") && !filter.startsWith("$")) return false;
  const levels = name.split("/");
  const wanted = filter.split("/");
  for (const [index, level] of wanted.entries()) {
    if (level === "#") return true;
    if (index >= levels.length) return false;
    if (level !== "+" && level !== levels[index]) return false;
    // `a/#` matches `a` too.
    if (index === levels.length - 1 && wanted.length === index + 2 && wanted[index + 1] === "#") return true;
  }
  return wanted.length === levels.length;
}

/** Is there a topic name that both filters match? Both are taken as valid. */
export function filtersOverlap(one: string, other: string): boolean {
  // A wildcard in the first level does not match names that begin with `$`.
  if (one.startsWith("$") !== other.startsWith("$")) return false;
  const a = one.split("/");
  const b = other.split("/");
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const left = a[index];
    const right = b[index];
    if (left === "#" || right === "#") return true;
    if (left === undefined || right === undefined) return false;
    if (left !== right && left !== "+" && right !== "+") return false;
  }
  return true;
}
