import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { cacheFolder } from '../../workspace/compiled-code.ts';

test('compiled code lies where an operating system keeps what can be made again', () => {
  const home = join('/home', 'ada');
  assert.equal(cacheFolder('linux', {}, home), join(home, '.cache/costlint/code'));
  assert.equal(cacheFolder('linux', { XDG_CACHE_HOME: '/var/ada' }, home), join('/var/ada/costlint/code'));
  assert.equal(cacheFolder('darwin', { XDG_CACHE_HOME: '/var/ada' }, home), join(home, 'Library/Caches/costlint/code'));
  assert.equal(cacheFolder('win32', { LOCALAPPDATA: '/local' }, home), join('/local/costlint/code'));
  assert.equal(cacheFolder('win32', {}, home), join(home, 'AppData/Local/costlint/code'));
});
