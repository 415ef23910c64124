import { ConfigInvalid, type ConfigProblem } from '../shared/config.ts';
import type { IdentityConfig, KeeperConfig, KeptNode } from '../shared/config-types.ts';
import { readSecret } from '../shared/secret.ts';
import { type PostgresAddress, parsePostgresUrl } from './database-postgres.ts';

export interface KeeperPlace {
  readonly keeper: KeeperConfig;
  readonly me: KeptNode;
  readonly other: KeptNode;
  readonly application: PostgresAddress & { readonly secret: string };
}

/** Where the config of a keeper contradicts itself. */
export function contradictions({
  keeper,
  database,
  detectionTime,
}: IdentityConfig): readonly ConfigProblem[] {
  const problem = (key: string, message: string) => ({ path: `identity.${key}`, message });
  const { me, other } = nodesOf(keeper);
  return [
    ...(keeper ? [] : [problem('keeper', 'missing')]),
    ...(database.password ? [] : [problem('database.password', 'missing')]),
    ...(!keeper || (me && other) ? [] : [problem('keeper.nodes', 'must name this node and the other one')]),
    ...(!keeper || 3 * keeper.renewInterval <= detectionTime
      ? []
      : [problem('keeper.renewInterval', 'must fit three times into detectionTime')]),
    ...(!keeper || keeper.fencingTime < keeper.promotionTime
      ? []
      : [problem('keeper.fencingTime', 'must be a part of promotionTime')]),
  ];
}

/** What the config says of this node. Throws ConfigInvalid where it contradicts itself. */
export async function readKeeper(identity: IdentityConfig): Promise<KeeperPlace> {
  const { keeper, database } = identity;
  const { me, other } = nodesOf(keeper);
  const problems = contradictions(identity);
  if (!keeper || !me || !other || !database.password || problems.length > 0)
    throw new ConfigInvalid(problems);
  const secret = await readSecret(database.password);
  return { keeper, me, other, application: { ...parsePostgresUrl(database.url), secret } };
}

function nodesOf(keeper: KeeperConfig | undefined) {
  return {
    me: keeper?.nodes.find(({ node }) => node === keeper.node),
    other: keeper?.nodes.find(({ node }) => node !== keeper.node),
  };
}
