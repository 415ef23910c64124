import type { SloPlan } from '../plan/slo/types.ts';
import { byGravity } from './findings.ts';
import { boundsText, objectiveText, partText, windowText } from './slo-text.ts';

/** Why `--check` fails, one line each: the objective and the line of its ledger that owns the miss, then other errors. */
export function missLines({ ledgers, findings }: SloPlan): string[] {
  const missed = ledgers
    .filter(({ miss }) => !miss.met)
    .map(({ slo, objective, windowSeconds, miss }) => {
      const [owner] = miss.owners;
      const owned =
        owner === undefined ? '' : `; the line \`${owner.title}\` owns ${partText(owner.share)} of it`;
      return (
        `objective ${slo} of ${objectiveText(objective)}: a window of ${windowText(windowSeconds)} misses it with a chance of ` +
        `${boundsText(miss.chance)}, and at most ${partText(miss.largest)} is accepted${owned}`
      );
    });
  // What the ledgers say of a miss stands above, with its line.
  const errors = byGravity(findings).filter(
    ({ severity, code }) => severity === 'error' && code !== 'miss-chance',
  );
  return [...missed, ...errors.map(({ code, message }) => `${code}: ${message}`)];
}
