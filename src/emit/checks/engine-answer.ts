import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import type { Fault } from '../checks.ts';
import type { Wanted } from './engine-files.ts';

/** A command that reads one config and says whether it would take it. */
export interface Question {
  readonly check: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  /** Most time for the answer, in milliseconds; then it is killed. */
  readonly longest: number;
}

/** What an engine refuses in a config: a fault for each line that it names. */
export async function refusals(question: Question, wanted: Wanted): Promise<Fault[]> {
  const { check, command, args, folder } = question;
  const { failed, output } = await run(question);
  if (!failed) return [];
  // As it is called where it is deployed, not where it lies here.
  const said = output.replaceAll(`${folder}/`, '').replaceAll(wanted.at, basename(wanted.at)).trim();
  const advice = `${[command, ...args].join(' ').replace(wanted.at, basename(wanted.at))} says the same`;
  const fault = (message: string, line: number | undefined): Fault => ({
    ...{ check, path: wanted.path, message, advice },
    ...(line === undefined ? {} : { line: wanted.lineOf(line) }),
  });
  const lines = said
    .split('\n')
    .filter((line) => !/^\[NOTICE\]|Fatal errors found|Error\(s\) found in/.test(line))
    .map((line) => line.replace(prefix, '').trim());
  const placed = lines.flatMap((text) => {
    const line = placeIn(text, basename(wanted.at));
    return line === undefined ? [] : [fault(text.slice(0, longestMessage), line)];
  });
  if (placed.length > 0) return placed;
  const message = lines.slice(-6).join(' ').slice(0, longestMessage) || `${command} refuses it`;
  return [fault(message, lineOfNamed(message, wanted.text))];
}

const longestMessage = 600;
/** Severity and process, which HAProxy puts before what it says. */
const prefix = /^\[\w+\]\s+\(\d+\) : (?:config : )?/;

/** A line of the config as engines write it: `haproxy.cfg:7`, `rules.yaml: 5:11:`, `line 2:`. */
function placeIn(text: string, name: string): number | undefined {
  const own = new RegExp(`${name.replaceAll('.', String.raw`\.`)}: ?(\\d+)`);
  const [, line] = own.exec(text) ?? /\bline (\d+)\b/.exec(text) ?? [];
  return line === undefined ? undefined : Number(line);
}

/** Where an engine gives no line, the first one with a name that it quotes; comments have all kinds of words. */
function lineOfNamed(said: string, text: string): number | undefined {
  const names = [...said.matchAll(/(["'])([^"'\n]{2,})\1/g)].map(([, , name = '']) => name);
  const lines = text.split('\n');
  const found = names
    .map((name) => lines.findIndex((line) => !/^\s*#/.test(line) && line.includes(name)))
    .find((index) => index >= 0);
  return found === undefined ? undefined : found + 1;
}

function run({
  command,
  args,
  env,
  folder,
  longest,
}: Question): Promise<{ failed: boolean; output: string }> {
  return new Promise((resolve) => {
    const options = {
      cwd: folder,
      env: { ...process.env, ...env },
      timeout: longest,
      killSignal: 'SIGKILL',
      maxBuffer: 1e7,
    } as const;
    execFile(command, [...args], options, (error, stdout, stderr) => {
      const late = error?.killed
        ? `${command} gave no answer within ${longest / 1000} s and was stopped`
        : '';
      resolve({ failed: error !== null, output: `${stdout}${stderr}${late}` });
    });
  });
}
