/** Starting the real gateway from an editor: it outlives whoever started it, and says why where it cannot start. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { readDiscovery } from '../../client/gateway/discovery.ts';
import { GatewayHttp } from '../../client/gateway/http.ts';
import { launchGateway, ownEnv } from '../../client/gateway/launch.ts';
import { drop, newFolder } from '../gateway/support/opened.ts';
import { until } from '../gateway/support/provider.ts';

const cli = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const launcher = new URL('../../client/gateway/launch.ts', import.meta.url).href;

describe('starting the gateway', () => {
  const folders: string[] = [];
  const folder = (): string => {
    folders.push(newFolder());
    return folders.at(-1)!;
  };
  after(() => {
    for (const one of folders) {
      const found = readDiscovery(one);
      if (found) process.kill(found.pid);
      drop(one);
    }
  });
  const configIn = (place: string, config: object): string => {
    const path = join(place, 'config.json');
    writeFileSync(path, JSON.stringify(config));
    return path;
  };

  test('it goes on when the window that started it is gone, and ends when it is asked to', async () => {
    const place = folder();
    const launch = { cli, execPath: process.execPath, folder: place, config: configIn(place, { port: 0, daily: 5 }) };
    const window = spawn(
      process.execPath,
      ['--input-type=module', '-e', `import { launchGateway } from ${JSON.stringify(launcher)}; await launchGateway(${JSON.stringify(launch)});`],
      { stdio: 'inherit', detached: true },
    );
    assert.deepEqual(await once(window, 'exit'), [0, null]);
    const found = readDiscovery(place);
    assert.ok(found);
    // What ends with the window's processes is not the gateway.
    if (process.platform !== 'win32') assert.throws(() => process.kill(-(window.pid ?? 0), 'SIGKILL'), /ESRCH/);
    const http = new GatewayHttp(found);
    const { limits } = await http.get('/costlint/limits', z.object({ limits: z.array(z.object({ limit: z.string() })) }));
    assert.deepEqual(
      limits.map(({ limit }) => limit),
      ['account-daily'],
      'with the configuration',
    );
    if (process.platform !== 'win32') assert.equal(statSync(join(place, 'gateway.log')).mode & 0o777, 0o600);
    await http.post('/costlint/stop', {}, z.unknown());
    await until('its file is gone', () => readDiscovery(place) === undefined);
  });

  test('a mistake in the configuration is told', async () => {
    const place = folder();
    const config = configIn(place, { dayly: 5 });
    await assert.rejects(launchGateway({ cli, execPath: process.execPath, folder: place, config }), /the gateway ended at once: .*dayly/s);
    assert.match(readFileSync(join(place, 'gateway.log'), 'utf8'), /dayly/);
    await assert.rejects(launchGateway({ cli, execPath: join(place, 'no-node'), folder: place }), /could not be started: .*ENOENT/);
  });

  test('what is meant for the editor’s own processes is not handed on', () => {
    assert.deepEqual(ownEnv({ PATH: '/bin', VSCODE_PID: '1', ELECTRON_NO_ASAR: '1', NODE_OPTIONS: '--inspect' }), {
      PATH: '/bin',
      ELECTRON_RUN_AS_NODE: '1',
    });
  });
});
