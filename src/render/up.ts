import type { Page } from './palette.ts';
import type { Table } from './table.ts';
import { textTable } from './text-table.ts';

/** What runs on this machine. */
export interface RunningView {
  readonly address: string;
  readonly keyFile?: string;
  readonly key?: string;
  readonly processes: readonly {
    readonly name: string;
    readonly tier: string;
    readonly pid: number | undefined;
    readonly ports: readonly string[];
    readonly log: string;
  }[];
}

type Row = RunningView['processes'][number];

/** The deployment as a table, and what to type to use it. */
export function renderUp({ address, key, keyFile, processes }: RunningView, page: Page): string {
  const table: Table<Row> = {
    rows: processes,
    columns: [
      { title: 'process', align: 'left', priority: 1, cell: ({ name }) => name },
      { title: 'tier', align: 'left', priority: 3, cell: ({ tier }) => tier },
      {
        title: 'pid',
        align: 'right',
        priority: 1,
        cell: ({ pid }) => (pid === undefined ? 'done' : String(pid)),
      },
      { title: 'listens on', align: 'left', priority: 2, cell: ({ ports }) => ports.join(' ') },
    ],
  };
  const [first] = processes;
  const logs = first === undefined ? [] : [`logs   ${first.log.slice(0, first.log.lastIndexOf('/'))}`];
  const lines = [
    `ready  ${address}`,
    ...(key === undefined ? [] : [`key    ${key} (kept in ${keyFile})`]),
    ...logs,
    ...(key === undefined
      ? []
      : [
          'try    ' +
            `curl --data-binary @photo.jpg -H 'Authorization: Bearer ${key}' '${address}/v1/resize?width=800' -o small.jpg`,
        ]),
  ];
  return `${textTable(table, page)}\n\n${lines.join('\n')}\n`;
}

/** For programs; the key itself stays in its file. */
export function upJson({ address, keyFile, processes }: RunningView): object {
  return {
    schema: 'headroom/up/v1',
    address,
    keyFile: keyFile ?? null,
    processes: processes.map((each) => ({ ...each, pid: each.pid ?? null })),
  };
}

/** What happened to a process; `seconds` and `againIn` in seconds. */
export type EventView =
  | { readonly kind: 'starting' | 'stopping' | 'stopped' | 'killed'; readonly name: string }
  | { readonly kind: 'ready'; readonly name: string; readonly seconds: number }
  | { readonly kind: 'ended'; readonly name: string; readonly how: string; readonly againIn: number };

/** One line for an event that people want to know of; undefined for the others. */
export function eventLine(event: EventView): string | undefined {
  switch (event.kind) {
    case 'ready':
      return `${event.name} is ready after ${event.seconds.toFixed(1)} s`;
    case 'ended':
      return `${event.name} ended ${event.how}; it is started again in ${event.againIn} s`;
    case 'stopped':
      return `${event.name} has stopped`;
    case 'killed':
      return `${event.name} did not stop in its time and was killed`;
    case 'starting':
    case 'stopping':
      return undefined;
  }
}
