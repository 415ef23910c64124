import type { Ledger, LineLever } from '../plan/slo/types.ts';
import { boundsText, minutesText, objectiveText, partText, timeText, windowText } from './slo-text.ts';

/** What the times of a ledger are means over, for pages on which they are shown. */
export const timesLine =
  'How long an event lasts and what share of the requests it hits are means over those that cost anything; what each ' +
  'costs is the mean over all of them.';

/** What stands below a ledger: how likely a window is to miss although the mean is met, and who owns that. */
export function missLine({ objective, windowSeconds, miss, cap }: Ledger): string {
  const { chance, largest, met, owners } = miss;
  const window = windowText(windowSeconds);
  const owned = owners
    .slice(0, 3)
    .map(({ title, share }) => `${title} ${partText(share)}`)
    .join(', ');
  const verdict = met ? 'accepted' : 'not accepted';
  return (
    `A window of ${window} misses ${objectiveText(objective)} with a chance of ${boundsText(chance)}: ${verdict}, ` +
    `since at most ${partText(largest)} is.${owned === '' ? '' : ` It is owned by ${owned}.`} ` +
    `A line should take at most ${partText(cap)} of the budget.`
  );
}

/** Why `plan availability` counts other minutes of the same window, and may miss where the ledger does not. */
export function downLine(seconds: number): string {
  return (
    `headroom plan availability counts ${timeText(seconds)} of such a window: to it a tier is down while it cannot carry ` +
    'all of its load, until machines are repaired; the ledger counts requests that are lost, until software or people have moved the load.'
  );
}

/** Why each line costs what it costs, and what would make it cheaper. */
export function reasonLines({ lines }: Ledger): string[] {
  return lines.map(({ title, why, levers, requests, seconds }) => {
    const [lever] = levers;
    if (lever === undefined) return `${title}: ${why}.`;
    const saved = minutesText((lever.savedByHalving / requests.value) * seconds.value);
    return `${title}: ${why}. Halving helps most: ${leverText(lever)}, which saves ${saved} min; ${lever.advice}.`;
  });
}

/** A lever with what stands now, and above the cap what would have to. */
export function leverText(lever: LineLever | undefined): string {
  if (lever === undefined) return '';
  return `${lever.lever} (now ${lever.now}${lever.needed === undefined ? '' : `, needed ${lever.needed}`})`;
}
