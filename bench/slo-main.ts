import { writeFileSync } from 'node:fs';
import { catalogueAlerts } from '../src/models/slo/alert-catalogue.ts';
import { readTrace } from '../src/rules/read-trace.ts';
import { replay } from '../src/rules/replay.ts';
import { prometheusRules } from '../src/rules/rule-file.ts';
import type { ServiceObjective } from '../src/rules/types.ts';
import { fastest, plainLoop } from './fastest.ts';
import { seededRandom } from './random.ts';

const rounds = Number(process.env['HEADROOM_SELF_ROUNDS'] ?? 9);
const step = 15;
const periodSeconds = 2_592_000;
const alerts = catalogueAlerts('workbook', periodSeconds);

/** A month of intervals of 15 s as a file, with an incident now and then. */
function month(): string {
  const random = seededRandom(11);
  const rows = ['time,total,bad'];
  let ratio = 0;
  for (let time = step; time <= periodSeconds; time += step) {
    if (random() < 0.0005) ratio = random() < 0.5 ? 0 : 0.2 * random();
    const total = 50_000 + Math.round(40_000 * Math.sin((2 * Math.PI * time) / 86_400));
    rows.push(`${1_767_225_600 + time},${total},${Math.round(total * (ratio + 0.0002 * random()))}`);
  }
  return `${rows.join('\n')}\n`;
}

function objectives(count: number): ServiceObjective[] {
  return Array.from({ length: count }, (_, i) => ({
    service: `shop-${i}`,
    slo: 'availability',
    tier: 'service',
    description: 'Requests without a server error.',
    objective: '0.999',
    periodSeconds,
    alerts,
    indicator: {
      kind: 'requests',
      total: { metric: `shop_${i}_requests_total`, matchers: [] },
      bad: [{ metric: `shop_${i}_requests_total`, matchers: [{ label: 'code', op: '=~', value: '5..' }] }],
    },
  }));
}

/** Times of the replay and of the rules; the rules are written to the file that is named. */
function main(): void {
  const text = month();
  const trace = readTrace(text, 'month.csv');
  const replayed = { objective: '0.999', periodSeconds, alerts };
  const cadence = { scrapeSeconds: step, evaluationSeconds: 30 };
  const model = { objectives: objectives(1000), invariants: [], cadence };
  const rows = [
    { name: 'reference: 10 million divisions', goal: undefined, value: fastest(plainLoop, rounds) },
    {
      name: 'replay of 30 days at 15 s, evaluated every 15 s',
      goal: 200,
      value: fastest(() => replay(trace, replayed, { evaluationSeconds: step }), rounds),
    },
    {
      name: 'the same with the reading of its 172,800 lines',
      goal: undefined,
      value: fastest(
        () => replay(readTrace(text, 'month.csv'), replayed, { evaluationSeconds: step }),
        rounds,
      ),
    },
    { name: 'rules of 1,000 objectives', goal: 1000, value: fastest(() => prometheusRules(model), rounds) },
  ];
  const [file] = process.argv.slice(2);
  if (file !== undefined) writeFileSync(file, prometheusRules(model));
  process.stdout.write(`${JSON.stringify(rows)}\n`);
}

main();
