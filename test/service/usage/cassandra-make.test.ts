import cassandra, { type Client } from 'cassandra-driver';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ensureSchema } from '../../../service/usage/cassandra-make.ts';
import { parseCassandraUrl } from '../../../service/usage/cassandra-schema.ts';

const url = 'cassandra://127.0.0.1/usage';
const config = { url, replicas: 3, writeQuorum: 2, readQuorum: 2, retention: 86_400, timeout: 10 };
const { ResponseError } = cassandra.errors;
const { invalid, configError } = cassandra.types.responseErrorCodes;

interface Nodes {
  readonly hasTable: boolean;
  /** What they answer to a statement that makes something. */
  readonly refusal?: number;
  /** Seconds that pass with each question. */
  readonly pace: number;
}

/** Makes the schema with nodes of which one is down, so that they never agree, as the driver tells of it. */
async function make({ hasTable, refusal, pace }: Nodes) {
  const asked = { statements: 0, agreement: 0 };
  const execute = async (statement: string) => {
    if (statement.startsWith('SELECT')) return { rowLength: hasTable ? 1 : 0 };
    asked.statements++;
    if (refusal === undefined) return { rowLength: 0 };
    vi.advanceTimersByTime(pace * 1000);
    throw new ResponseError(refusal, 'refused');
  };
  const checkSchemaAgreement = async () => {
    asked.agreement++;
    vi.advanceTimersByTime(pace * 1000);
    return false;
  };
  const client = { execute, metadata: { checkSchemaAgreement } } as unknown as Client;
  const error: unknown = await ensureSchema(client, parseCassandraUrl(url), config).catch((thrown) => thrown);
  return { ...asked, error };
}

describe('the schema of the usage store', () => {
  // The clock goes by questions alone.
  beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(() => vi.useRealTimers());

  it('that is there keeps nobody waiting for a node that is down', async () => {
    expect(await make({ hasTable: true, pace: 1 })).toEqual({ statements: 0, agreement: 3 });
  });

  it('that was made has half a minute to reach all nodes', async () => {
    expect(await make({ hasTable: false, pace: 10 })).toEqual({ statements: 2, agreement: 3 });
  });

  it('is tried again where a node has heard half of it, and not where it cannot be had', async () => {
    const half = await make({ hasTable: false, pace: 14, refusal: invalid });
    expect([half.statements, half.error]).toEqual([3, expect.any(ResponseError)]);
    const wrong = await make({ hasTable: false, pace: 14, refusal: configError });
    expect([wrong.statements, wrong.error]).toEqual([1, expect.any(ResponseError)]);
  });
});
