import { parsePostgresUrl } from '../identity/database-postgres.ts';
import { contradictions } from '../identity/keeper-config.ts';
import type { ConfigProblem } from '../shared/config.ts';
import type { IdentityConfig } from '../shared/config-types.ts';
import { addressProblems, orEmbedded, redisForm } from './addresses.ts';
import { natsProblems, refusal, secretProblems } from './check-parts.ts';

type Problems = Promise<readonly ConfigProblem[]>;

export async function identityProblems(identity: IdentityConfig): Problems {
  const { dataPlane, adminKey, dataPlanePassword } = identity;
  return [
    ...(await databaseProblems(identity)),
    ...dataPlane.flatMap((url, index) =>
      addressProblems(`identity.dataPlane.${index}`, url, orEmbedded(redisForm)),
    ),
    ...(await secretProblems({
      'identity.adminKey': adminKey,
      'identity.dataPlanePassword': dataPlanePassword,
    })),
  ];
}

export async function databaseProblems({ database: { url, password } }: IdentityConfig): Problems {
  const takes = 'must be embedded, embedded:FOLDER or postgres://user@host:port,host:port/database';
  return [
    ...(/^embedded(?::.+)?$/.test(url)
      ? []
      : refusal(() => parsePostgresUrl(url), 'identity.database.url', takes)),
    ...(await secretProblems({ 'identity.database.password': password })),
  ];
}

export async function keeperProblems(identity: IdentityConfig): Problems {
  const { keeper } = identity;
  return [
    ...contradictions(identity),
    ...(await databaseProblems(identity)),
    ...(keeper ? natsProblems('identity.keeper.witness', keeper.witness) : []),
    ...(await secretProblems({ 'identity.keeper.password': keeper?.password })),
  ];
}
