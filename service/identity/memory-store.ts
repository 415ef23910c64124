import { randomUUID } from 'node:crypto';
import {
  type Identity,
  type IdentityStore,
  IdentityUnavailable,
  type Position,
} from '../contracts/identity.ts';

/** The data plane inside the process, for `serve all` and for tests: the same rules as a real replica. */
export function createMemoryStore(): IdentityStore {
  const identities = new Map<string, Identity>();
  const generation = randomUUID();
  let position: Position | undefined;
  return {
    async find(keyId) {
      const identity = identities.get(keyId);
      if (!identity && !position) throw new IdentityUnavailable('the replica was never fed');
      return { identity, position };
    },
    async put(written) {
      for (const identity of written) {
        const old = identities.get(identity.keyId);
        if (!old || old.version < identity.version) identities.set(identity.keyId, identity);
      }
    },
    async removeBelow(version) {
      for (const [keyId, identity] of identities) if (identity.version < version) identities.delete(keyId);
    },
    async generation() {
      return generation;
    },
    async position() {
      return position;
    },
    async setPosition(version, at, of) {
      // The process that feeds may be older than this one.
      if (of !== generation) throw new IdentityUnavailable('the replica lost its data meanwhile');
      const newer = !position || version > position.version;
      if (newer || (version === position?.version && at > position.at)) position = { version, at };
    },
    async close() {},
  };
}
