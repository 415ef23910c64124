import type { RunningRole } from '../contracts/role.ts';
import type { IdentityConfig } from '../shared/config-types.ts';
import { createServer, listen } from '../shared/http.ts';
import type { Logger } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import { readSecret } from '../shared/secret.ts';
import { readKeeper } from './keeper-config.ts';
import { filesIn, type Settings } from './keeper-files.ts';
import { createLease, type LeaseStore } from './keeper-lease.ts';
import { repeat } from './keeper-loop.ts';
import { openNatsLease } from './keeper-nats.ts';
import { keepPostgres } from './keeper-postgres.ts';
import { createApplication, createSynchrony, type Synchrony } from './keeper-primary.ts';
import type { LeaseRecord } from './keeper-rules.ts';
import { openShell } from './keeper-shell.ts';
import { createFollow } from './keeper-standby.ts';

export interface KeeperDependencies {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly store?: LeaseStore;
}

/** Milliseconds between two looks at whether a running primary still has its lease. */
const watchInterval = 100;

/** Milliseconds that the witness has for its first answer. */
const grace = 2000;

/**
 * The keeper of one PostgreSQL node: primary while it holds the lease, else standby of the holder. It stops a primary
 * whose lease was not renewed for `detectionTime` within `fencingTime`; the other node waits for both before it takes
 * the lease, so there are never two primaries.
 */
export async function startKeeper(
  identity: IdentityConfig,
  { logger, metrics, ...given }: KeeperDependencies,
): Promise<RunningRole> {
  const { keeper, application, me, other } = await readKeeper(identity);
  const silence = identity.detectionTime / 2;
  const giveUpAfter = (keeper.promotionTime - keeper.fencingTime) * 1000;
  const shell = await openShell(keeper.binaries, keeper.user);
  const files = filesIn(keeper.folder, shell);
  const password = await readSecret(keeper.password);
  await files.prepare(password);
  const postgres = keepPostgres(me, files, shell, password);
  const store = given.store ?? openNatsLease(keeper.witness.url, keeper.witness.replicas);
  let pausedUntil = 0;
  const lease = createLease({
    store,
    me: me.node,
    // After giving up, the other node gets its turn.
    data: () => (performance.now() < pausedUntil ? 'none' : files.data()),
    detection: identity.detectionTime * 1000,
    fencing: keeper.fencingTime * 1000,
  });
  const settings = (more: Pick<Settings, 'waitFor'> & Partial<Settings>): Settings => ({
    me,
    silence,
    passwordFile: files.passwordFile,
    allow: keeper.allow,
    sizes: keeper,
    ...more,
  });
  const follow = createFollow({
    postgres,
    lease,
    me: me.node,
    settings: (holder) => settings({ follow: holder, waitFor: [] }),
    patience: keeper.promotionTime * 1000,
    stopTime: keeper.fencingTime,
    logger,
  });
  const show = (primary: boolean) =>
    metrics.set('headroom_identity_primary', { node: me.node }, primary ? 1 : 0);

  let synchrony: Synchrony | undefined;
  let wantedSince: number | undefined;
  let promoting = false;
  const startedAt = performance.now();
  let closing = false;
  let fencing: Promise<void> | undefined;

  /** Stops a primary that may not be one. Looks at what runs, not at what was meant to run. */
  const fence = () => {
    if (fencing || lease.holds()) return;
    show(false);
    // A keeper that restarts beside a running primary asks the witness first.
    if (!lease.seen() && performance.now() - startedAt < grace) return;
    if (!postgres.alive() || (files.data() !== 'primary' && !promoting)) return;
    logger.warn('this node has no lease: stopping its PostgreSQL');
    fencing = postgres.stop(keeper.fencingTime - 2 * (watchInterval / 1000)).finally(() => {
      fencing = undefined;
    });
  };

  const giveUp = async () => {
    logger.error('PostgreSQL does not become primary; giving the lease back');
    pausedUntil = performance.now() + 2000 * (identity.detectionTime + keeper.fencingTime);
    await postgres.stop(keeper.fencingTime);
    await lease.change((old) => (old.holder === me.node ? { ...old, holder: '' } : undefined));
  };

  const bePrimary = async (record: LeaseRecord) => {
    wantedSince ??= performance.now();
    const role = await postgres.role();
    if (role === 'primary') {
      promoting = false;
      wantedSince = performance.now();
      show(lease.holds());
      synchrony ??= newSynchrony();
      const waitFor = synchrony.waitFor(record);
      if (await files.configure(settings({ waitFor }))) return postgres.reload();
      if (!record.initialised) {
        await createApplication(postgres, application, application.secret);
        await lease.change((old) => (old.holder === me.node ? { ...old, initialised: true } : undefined));
        return;
      }
      if (await synchrony.step(record)) {
        await files.configure(settings({ waitFor: synchrony.waitFor(record) }));
        await postgres.reload();
      }
      return;
    }
    show(false);
    if (performance.now() - wantedSince > giveUpAfter) return giveUp();
    synchrony?.rest();
    // The witness may have "in sync" from a write whose answer was lost: commits wait after a restart as before it.
    const waitFor = synchrony?.waitFor(record) ?? record.inSync;
    if (role === 'starting') return;
    if (role === 'down') {
      if (files.data() === 'none') await postgres.initialise();
      await files.configure(settings({ waitFor }));
      if (lease.holds()) await postgres.start();
      return;
    }
    if (await files.configure(settings({ waitFor }))) await postgres.reload();
    if (promoting || !lease.holds()) return;
    promoting = true;
    logger.warn({ term: record.term }, 'promoting this node');
    await postgres.promote();
  };

  const newSynchrony = () =>
    createSynchrony({
      postgres,
      lease,
      me: me.node,
      standby: other.node,
      patience: 2000 * keeper.renewInterval,
      log: (step) => logger.info({ standby: other.node, step }, 'synchrony'),
    });

  const turn = async () => {
    const record = lease.record();
    await fencing;
    if (lease.holds() && record) return bePrimary(record);
    [synchrony, wantedSince, promoting] = [undefined, undefined, promoting && postgres.alive()];
    const holder = keeper.nodes.find(({ node }) => node === record?.holder);
    if (holder && holder.node !== me.node) return follow(holder);
  };

  show(false);
  const watching = setInterval(fence, watchInterval);
  const loop = { logger, isOver: () => closing };
  const running = [
    repeat(lease.tick, keeper.renewInterval, loop),
    repeat(turn, keeper.renewInterval / 2, loop),
  ];
  const server = createServer({
    logger,
    metrics,
    ready: async () => !closing && ['primary', 'standby'].includes(await postgres.role()),
  });
  server.get('/state', async () => ({
    node: me.node,
    role: await postgres.role(),
    holds: lease.holds(),
    record: lease.record() ?? null,
  }));

  const end = async (release: boolean) => {
    if (closing) return;
    closing = true;
    await Promise.all(running);
    const held = lease.holds();
    show(false);
    await postgres.stop(keeper.fencingTime);
    clearInterval(watching);
    await fencing;
    if (release && held) {
      await lease.change((old) => (old.holder === me.node ? { ...old, holder: '' } : undefined));
    }
    await server.close();
    if (!given.store) await store.close();
  };
  return {
    addresses: { listen: await listen(server, keeper.listen) },
    drain: () => end(true),
    close: () => end(false),
  };
}
