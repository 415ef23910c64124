export interface CommandSummary {
  readonly id: string;
  readonly summary?: string;
  readonly hidden?: boolean;
}

/** The order in which the commands are used; what is not named here follows in alphabetical order. */
const workflow = [
  'init',
  'bench',
  'plan',
  'explain',
  'simulate',
  'emit',
  'serve',
  'drill',
  'report',
  'compare',
];

/** The help of the whole program: one screen, commands in the order of the work. */
export function rootHelp(commands: Readonly<Record<string, CommandSummary>>): string {
  const shown = Object.values(commands).filter((command) => !command.hidden);
  const names = shown.map((command) => command.id.replaceAll(':', ' '));
  const width = Math.max(0, ...names.map((name) => name.length));
  const lines = [...shown]
    .sort(byWorkflow)
    .map((command) => `  ${command.id.replaceAll(':', ' ').padEnd(width)}  ${command.summary ?? ''}`);
  return [
    'Capacity and reliability planner: measures real image resizes, sizes every tier, and',
    'shows where each number comes from.',
    '',
    'USAGE',
    '  $ headroom COMMAND [FLAGS]',
    '',
    'COMMANDS',
    ...lines,
    '',
    'EXAMPLES',
    '  $ headroom bench --quick                    measure this machine in 15 seconds',
    '  $ headroom plan fleet --example             size the built-in example',
    '  $ headroom explain worker.machines.count    where does the 40 come from?',
    '',
    'EXIT CODES',
    '  0 ok   1 failure   2 usage or invalid input   3 objective not met, or a regression',
    '  4 emitted files differ   130 interrupted',
    '',
    'headroom COMMAND --help tells more about a command; headroom --version prints the version.',
    '',
  ].join('\n');
}

function byWorkflow(a: CommandSummary, b: CommandSummary): number {
  return rank(a.id) - rank(b.id) || (a.id < b.id ? -1 : 1);
}

function rank(id: string): number {
  const place = workflow.indexOf(id.split(':')[0] ?? '');
  return place < 0 ? workflow.length : place;
}
