/**
 * A part of the drills for which this machine needs something more, such as root: undefined where it has not, and said.
 * With HEADROOM_REQUIRE_ENGINES=1 its absence is a failure, as that of an engine is.
 */
export function missing(what: string): undefined {
  if (process.env['HEADROOM_REQUIRE_ENGINES'] === '1') throw new Error(`required and missing: ${what}`);
  process.stderr.write(`missing: ${what}; the drills that need it are skipped\n`);
  return undefined;
}
