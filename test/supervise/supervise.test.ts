import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { InvalidInput } from '../../src/problems/problem.ts';
import { deploymentFolder, eventually, freePorts, notedIn, serverOn, start } from './fixture.ts';

const ask = async (port: number, path = '/') => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
const isGone = (pid: number) => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

describe('processes on one machine', () => {
  it('start after those that they need, and stop before them', async () => {
    const [one = 0, two = 0, three = 0] = await freePorts(3);
    const dir = deploymentFolder({
      top: serverOn(three, 'top', { needs: ['middle'] }),
      middle: serverOn(two, 'middle', { needs: ['bottom'] }),
      bottom: serverOn(one, 'bottom'),
    });
    const { deployment } = await start(dir);
    expect(notedIn(dir)).toEqual(['up bottom', 'up middle', 'up top']);
    await deployment.stop();
    expect(notedIn(dir).slice(3)).toEqual(['down top', 'down middle', 'down bottom']);
  });

  it('of one sequence become ready one after another', async () => {
    const ports = await freePorts(3);
    const named = ports.map((port, at) => [`n${at}`, serverOn(port, `n${at}`, { sequence: 'ring' })]);
    const dir = deploymentFolder(Object.fromEntries(named));
    await start(dir);
    expect(notedIn(dir)).toEqual(['up n0', 'up n1', 'up n2']);
  });

  it('are started again when they end, after waits that double up to a limit', async () => {
    const [port = 0] = await freePorts(1);
    const dir = deploymentFolder({ one: serverOn(port, 'one') });
    const { deployment, events } = await start(dir);
    const pids = new Set<number>();
    for (let crash = 0; crash < 5; crash += 1) {
      await eventually(() =>
        ask(port).then(
          () => true,
          () => false,
        ),
      );
      pids.add(deployment.processes[0]?.pid ?? 0);
      await ask(port, '/crash').catch(() => '');
      await eventually(() => events.filter(({ kind }) => kind === 'ended').length > crash);
    }
    expect(pids.size).toBe(5);
    const waits = events.flatMap((event) => (event.kind === 'ended' ? [event.againIn] : []));
    expect(waits).toEqual([0.05, 0.1, 0.2, 0.4, 0.4]);
    expect(events.find(({ kind }) => kind === 'ended')).toMatchObject({ how: 'with exit code 3' });
  });

  it.each([
    ['no log can be opened', 'run/logs'],
    ['no note of them can be written', 'run/pids'],
  ])('are tried again, and end with the others, where %s', async (_, folder) => {
    const [one = 0, two = 0] = await freePorts(2);
    const dir = deploymentFolder({
      top: serverOn(two, 'top', { needs: ['one'] }),
      one: serverOn(one, 'one'),
    });
    const { deployment, events } = await start(dir);
    const [place, aside] = [join(dir, folder), join(dir, 'aside')];
    renameSync(place, aside);
    writeFileSync(place, '');
    await ask(one, '/crash').catch(() => '');
    const failures = () => events.filter((event) => event.kind === 'ended' && /not start/.test(event.how));
    await eventually(() => failures().length > 1);
    rmSync(place);
    renameSync(aside, place);
    await eventually(() =>
      ask(one).then(
        () => true,
        () => false,
      ),
    );
    rmSync(place, { recursive: true });
    writeFileSync(place, '');
    await ask(one, '/crash').catch(() => '');
    await eventually(() => failures().length > 2);
    await deployment.stop();
    expect(notedIn(dir).slice(0, 2)).toEqual(['up one', 'up top']);
    await expect(ask(two)).rejects.toThrow();
  });

  it('that do not stop in their time are killed', async () => {
    const [port = 0] = await freePorts(1);
    const dir = deploymentFolder({ one: serverOn(port, 'one', { ending: ['never'], grace: 0.2 }) });
    const { deployment, events } = await start(dir);
    const pid = deployment.processes[0]?.pid ?? 0;
    await deployment.stop();
    expect(events.at(-1)).toEqual({ kind: 'killed', name: 'one' });
    expect(isGone(pid)).toBe(true);
  });

  it('that never become ready end the others, and the reason carries the end of the log', async () => {
    const [port = 0] = await freePorts(1);
    const broken = { tier: 'x', command: ['sh', '-c', 'echo no disk; exit 4'], needs: ['good'], grace: 1 };
    const dir = deploymentFolder({
      good: serverOn(port, 'good'),
      broken: { ...broken, ready: { tcp: '127.0.0.1:1' } },
    });
    await expect(start(dir)).rejects.toThrow(
      /broken ended with exit code 4, 5 times; .*broken\.log ends with\n(.*\n)*no disk/,
    );
    expect(notedIn(dir)).toEqual(['up good', 'down good']);
  });

  it('that run once hold up those that need them until they have succeeded', async () => {
    const [port = 0] = await freePorts(1);
    const command = ['sh', '-c', 'test -f tried && echo "up job" >> events || { touch tried; exit 1; }'];
    const dir = deploymentFolder({
      after: serverOn(port, 'after', { needs: ['job'] }),
      job: { tier: 'job', command, once: true, grace: 1 },
    });
    await start(dir);
    expect(notedIn(dir)).toEqual(['up job', 'up after']);
  });

  it('are all ended where starting is interrupted', async () => {
    const [one = 0, two = 0] = await freePorts(2);
    const never = {
      tier: 'x',
      command: ['sleep', '60'],
      ready: { tcp: `127.0.0.1:${two}` },
      needs: ['good'],
      grace: 5,
    };
    const dir = deploymentFolder({ good: serverOn(one, 'good'), never });
    const interrupt = new AbortController();
    const starting = start(dir, interrupt.signal);
    await eventually(() => existsSync(join(dir, 'run', 'pids', 'never')));
    interrupt.abort();
    const { deployment } = await starting;
    await deployment.stop();
    expect(notedIn(dir)).toEqual(['up good', 'down good']);
    expect(deployment.processes.map(({ pid }) => pid)).toEqual([undefined, undefined]);
  });

  it('write their output to logs that only their owner reads, without the key that they print', async () => {
    const [port = 0] = await freePorts(1);
    const command = [
      'sh',
      '-c',
      `echo hello; echo "key: abc-1"; exec \${node} server.cjs ${port} one events`,
    ];
    const key = { file: 'run/secrets/first-key', pattern: 'key: (\\S+)' };
    const dir = deploymentFolder({ one: serverOn(port, 'one', { command, key }) });
    const { deployment } = await start(dir);
    const log = deployment.logOf('one');
    expect(readFileSync(log, 'utf8')).toContain('hello');
    expect(readFileSync(log, 'utf8')).not.toContain('abc-1');
    expect(statSync(log).mode & 0o077).toBe(0);
    expect(readFileSync(join(dir, 'run/secrets/first-key'), 'utf8')).toBe('abc-1\n');
  });
});

describe('a machine that is not as it should be', () => {
  it('is refused where a port is taken, with the name of whoever has it', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const { port } = other.address() as { port: number };
    const dir = deploymentFolder({ one: serverOn(port, 'one') });
    const error = await start(dir).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InvalidInput);
    expect((error as InvalidInput).message).toContain(`127.0.0.1:${port}, which one needs, is taken by`);
    expect((error as InvalidInput).message).toContain(`pid ${process.pid}`);
  });

  it('is cleared of what a killed run left behind', async () => {
    const [port = 0] = await freePorts(1);
    const dir = deploymentFolder({ one: serverOn(port, 'one') });
    const left = spawn(process.execPath, ['server.cjs', String(port), 'left', 'events'], {
      ...{ cwd: dir, detached: true, stdio: 'ignore' },
    });
    const pid = left.pid ?? 0;
    await eventually(() =>
      ask(port).then(
        () => true,
        () => false,
      ),
    );
    const ticks = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19];
    mkdirSync(join(dir, 'run', 'pids'), { recursive: true });
    writeFileSync(join(dir, 'run', 'pids', 'one'), `${pid} ${ticks}\n`);
    await start(dir);
    expect(notedIn(dir)).toEqual(['up left', 'down left', 'up one']);
  });

  it('is refused where the same deployment runs already', async () => {
    const [port = 0] = await freePorts(1);
    const dir = deploymentFolder({ one: serverOn(port, 'one') });
    await start(dir);
    await expect(start(dir)).rejects.toThrow(`this deployment runs already (pid ${process.pid})`);
  });
});
