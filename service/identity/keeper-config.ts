import type { IdentityConfig, KeeperConfig, KeptNode } from '../shared/config-types.ts';
import { readSecret } from '../shared/secret.ts';
import { type PostgresAddress, parsePostgresUrl } from './database-postgres.ts';

export interface KeeperPlace {
  readonly keeper: KeeperConfig;
  readonly me: KeptNode;
  readonly other: KeptNode;
  readonly application: PostgresAddress & { readonly secret: string };
}

/** What the config says of this node. Throws RangeError where it contradicts itself. */
export async function readKeeper({ keeper, database, detectionTime }: IdentityConfig): Promise<KeeperPlace> {
  if (!keeper) throw new RangeError('identity.keeper is missing');
  const me = keeper.nodes.find(({ node }) => node === keeper.node);
  const other = keeper.nodes.find(({ node }) => node !== keeper.node);
  if (!me || !other) throw new RangeError('identity.keeper.nodes must name this node and the other one');
  if (3 * keeper.renewInterval > detectionTime) {
    throw new RangeError('identity.keeper.renewInterval must fit three times into detectionTime');
  }
  if (keeper.fencingTime >= keeper.promotionTime) {
    throw new RangeError('identity.keeper.fencingTime must be a part of promotionTime');
  }
  if (!database.password) throw new RangeError('identity.database.password is missing');
  const secret = await readSecret(database.password);
  return { keeper, me, other, application: { ...parsePostgresUrl(database.url), secret } };
}
