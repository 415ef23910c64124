import pc from 'picocolors';

export type Palette = ReturnType<typeof pc.createColors>;

/** What may be done with one output stream: decided here once, and nowhere else. */
export interface Screen {
  /** A person is looking: progress, hints and prompts make sense. */
  readonly isTerminal: boolean;
  /** Columns to lay text out for. */
  readonly width: number;
  readonly palette: Palette;
}

interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

const widthWithoutTerminal = 80;
const narrowest = 40;

/** Whether to colour: FORCE_COLOR decides first, then NO_COLOR and TERM=dumb, then whether it is a terminal. */
function wantsColour(stream: Stream, env: Environment): boolean {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (env['NO_COLOR'] || env['TERM'] === 'dumb') return false;
  return stream.isTTY === true;
}

/** Columns: COLUMNS where it is a sensible number, else those of the terminal, else 80. */
function widthOf(stream: Stream, env: Environment): number {
  const asked = Number(env['COLUMNS']);
  const columns = Number.isInteger(asked) && asked > 0 ? asked : stream.columns;
  return Math.max(narrowest, columns || widthWithoutTerminal);
}

/** The screen behind a stream, such as `process.stdout`, in an environment. */
export function screenOf(stream: Stream, env: Environment): Screen {
  return {
    isTerminal: stream.isTTY === true && env['TERM'] !== 'dumb',
    width: widthOf(stream, env),
    palette: pc.createColors(wantsColour(stream, env)),
  };
}
