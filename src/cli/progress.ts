import type { Screen } from './terminal.ts';

/** A line that says how far a long command is, redrawn in place. */
export interface ProgressLine {
  show(label: string, done: number, total: number, remainingSeconds?: number): void;
  /** Takes the line away; must be called before anything else is printed. */
  end(): void;
}

const silent: ProgressLine = { show: () => {}, end: () => {} };

/** A progress line on stderr; nothing where nobody looks. */
export async function progressLine(screen: Screen, quiet: boolean): Promise<ProgressLine> {
  if (!screen.isTerminal || quiet) return silent;
  const { default: cliProgress } = await import('cli-progress');
  const bar = new cliProgress.SingleBar({
    stream: process.stderr,
    format: '{label} {bar} {percentage} %{remaining}',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    // Ctrl-C is the command's business.
    gracefulExit: false,
  });
  let started = false;
  return {
    show(label, done, total, remainingSeconds) {
      const remaining = remainingSeconds === undefined ? '' : `, ${Math.ceil(remainingSeconds)} s left`;
      const payload = { label, remaining };
      if (started) bar.setTotal(total);
      else bar.start(total, done, payload);
      started = true;
      bar.update(done, payload);
    },
    end() {
      if (started) bar.stop();
      started = false;
    },
  };
}
