/** One end of the channel between a process and its child: `process` in the child, the child in its parent. */
export interface Channel {
  readonly send?: ((message: object, done: (error: Error | null) => void) => boolean) | undefined;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

/** What one side answers; arguments and results are values of JSON. */
export type Methods<T> = { readonly [K in keyof T]: (...args: never[]) => Promise<unknown> };

export interface Calls<Theirs extends Methods<Theirs>> {
  /** Rejects with what the other side threw (name and message), or where the channel is closed. */
  call<K extends keyof Theirs & string>(name: K, ...args: Parameters<Theirs[K]>): ReturnType<Theirs[K]>;
  /** The other side is gone: what was asked and what will be asked fails. */
  fail(error: Error): void;
}

interface Question {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

interface Reply {
  readonly to: number;
  readonly result?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Calls in both directions over one channel; `mine` answers what the other side asks. */
export function createCalls<Theirs extends Methods<Theirs>>(
  channel: Channel,
  mine: Methods<object>,
): Calls<Theirs> {
  const waiting = new Map<number, Waiting>();
  let last = 0;
  let gone: Error | undefined;

  const send = (message: Question | Reply) => {
    // A channel that breaks is told by its end, which fails what waits.
    if (gone === undefined) channel.send?.(message, () => undefined);
  };
  const answer = async ({ id, name, args }: Question) => {
    try {
      const method = (mine as Record<string, (...args: readonly unknown[]) => Promise<unknown>>)[name];
      if (!method) throw new Error(`nobody answers ${name}`);
      send({ to: id, result: await method(...args) });
    } catch (error) {
      const { name: kind, message } = error as Error;
      send({ to: id, error: { name: kind, message } });
    }
  };
  const settle = ({ to, result, error }: Reply) => {
    const call = waiting.get(to);
    waiting.delete(to);
    if (error) call?.reject(Object.assign(new Error(error.message), { name: error.name }));
    else call?.resolve(result);
  };
  channel.on('message', (message) => {
    const read = message as Question | Reply;
    if ('to' in read) settle(read);
    else void answer(read);
  });

  return {
    call: <K extends keyof Theirs & string>(name: K, ...args: Parameters<Theirs[K]>) =>
      new Promise<unknown>((resolve, reject) => {
        if (gone) return reject(gone);
        last += 1;
        waiting.set(last, { resolve, reject });
        send({ id: last, name, args });
      }) as ReturnType<Theirs[K]>,
    fail: (error) => {
      gone = error;
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    },
  };
}
