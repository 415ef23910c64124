/** The parts of oclif.manifest.json that the reference is made of. */
export interface Manifest {
  readonly commands: Readonly<Record<string, ManifestCommand>>;
}

interface ManifestCommand {
  readonly id: string;
  readonly summary?: string;
  readonly description?: string;
  readonly examples?: readonly string[];
  readonly hidden?: boolean;
  readonly args: Readonly<Record<string, ManifestArgument>>;
  readonly flags: Readonly<Record<string, ManifestFlag>>;
}

interface ManifestArgument {
  readonly name: string;
  readonly description?: string;
  readonly required?: boolean;
}

interface ManifestFlag {
  readonly name: string;
  readonly char?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly type: 'boolean' | 'option';
  readonly helpValue?: string;
  readonly options?: readonly string[];
  readonly default?: unknown;
  readonly multiple?: boolean;
  readonly required?: boolean;
}

/** The reference of the command line in Markdown, made from the manifest of the build. */
export function cliReference(manifest: Manifest): string {
  const commands = Object.values(manifest.commands).filter((command) => !command.hidden);
  const sorted = [...commands].sort((a, b) => (a.id < b.id ? -1 : 1));
  return `${[
    '# Command line reference',
    'Generated from the commands; `npx vitest run test/cli/reference.test.ts -u` writes it anew.',
    exitCodeTable,
    ...sorted.map(section),
  ].join('\n\n')}\n`;
}

const exitCodeTable = [
  '| exit code | meaning |',
  '| ---: | --- |',
  '| 0 | ok |',
  '| 1 | failure |',
  '| 2 | usage or invalid input |',
  '| 3 | an objective is not met (`--check`), or a regression was found |',
  '| 4 | emitted files differ or were edited |',
  '| 130 | interrupted |',
].join('\n');

function section(command: ManifestCommand): string {
  const name = `headroom ${command.id.replaceAll(':', ' ')}`;
  const args = Object.values(command.args);
  const usage = [name, ...args.map(({ name, required }) => (required ? name : `[${name}]`)), '[flags]'].join(
    ' ',
  );
  const parts = [`## ${name}`, command.summary ?? '', `\`\`\`sh\n${usage}\n\`\`\``];
  if (command.description) parts.push(command.description);
  if (args.length > 0) {
    parts.push(args.map(({ name, description }) => `- \`${name}\`: ${description ?? ''}`).join('\n'));
  }
  parts.push(flagTable(Object.values(command.flags)));
  if (command.examples?.length) parts.push(exampleBlock(command.examples, command.id));
  return parts.filter((part) => part !== '').join('\n\n');
}

function flagTable(flags: readonly ManifestFlag[]): string {
  const sorted = [...flags].sort((a, b) => (a.name < b.name ? -1 : 1));
  const rows = sorted.map((flag) => `| ${[flagUsage(flag), flagMeaning(flag)].map(cell).join(' | ')} |`);
  return ['| flag | meaning |', '| --- | --- |', ...rows].join('\n');
}

function flagUsage({ name, char, type, helpValue, options }: ManifestFlag): string {
  const value = type === 'option' ? ` ${helpValue ?? options?.join('|') ?? 'VALUE'}` : '';
  return `\`${char ? `-${char}, ` : ''}--${name}${value}\``;
}

function flagMeaning(flag: ManifestFlag): string {
  const text = flag.summary ?? flag.description ?? '';
  const fallback =
    flag.default === undefined || flag.default === false ? '' : ` Default: ${String(flag.default)}.`;
  return `${text}${fallback}`;
}

function exampleBlock(examples: readonly string[], id: string): string {
  const lines = examples.map((example) =>
    example
      .replaceAll('<%= config.bin %>', 'headroom')
      .replaceAll('<%= command.id %>', id.replaceAll(':', ' ')),
  );
  return `\`\`\`sh\n${lines.join('\n')}\n\`\`\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
