import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { nodeHost } from '../../workspace/node-host.ts';
import { MAX_BYTES, readTextFile, type TextFile, writeTextFile } from '../../workspace/text-file.ts';
import { folder } from './folder.ts';

test('text is read without its byte order mark, in UTF-8 and UTF-16', (t) => {
  const root = folder(t, {
    'utf8.py': '\uFEFFx = "é"\r\n',
    'utf16le.py': Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('x = "é"', 'utf16le')]),
    'utf16be.py': Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from('x = "é"', 'utf16le').swap16()]),
  });
  const host = nodeHost(root);
  assert.equal(host.read(`${root}/utf8.py`), 'x = "é"\r\n');
  assert.equal(host.read(`${root}/utf16le.py`), 'x = "é"');
  assert.equal(host.read(`${root}/utf16be.py`), 'x = "é"');
});

test('what cannot be read says why', (t) => {
  const root = folder(t, { 'image.py': Uint8Array.from([0x89, 0x50, 0, 1]), 'big.ts': 'x'.repeat(MAX_BYTES + 1), 'ok.ts': '1' });
  const host = nodeHost(root);
  assert.equal(host.read(`${root}/image.py`), undefined);
  assert.equal(host.problem(`${root}/image.py`), 'binary, not text');
  assert.match(host.problem(`${root}/big.ts`) ?? '', /^too large: 2\.0 MB, the limit is 2\.0 MB$/);
  assert.equal(host.problem(`${root}/none.ts`), 'does not exist');
  assert.equal(host.problem(`${root}/ok.ts`), undefined);
});

test('the workspace is not left: not by "..", not by a link; only manifests above it can be read', (t) => {
  const top = folder(t, { 'package.json': '{}', 'secret.txt': 's', 'repo/a.py': 'a', 'repo/b.py': 'b', 'repo/node_modules/x/package.json': '{}' });
  fs.symlinkSync('../secret.txt', `${top}/repo/link.txt`);
  fs.symlinkSync('b.py', `${top}/repo/inside.py`);
  fs.symlinkSync('loop.py', `${top}/repo/loop.py`);
  const host = nodeHost(`${top}/repo`);
  assert.equal(host.read(`${top}/secret.txt`), undefined);
  assert.equal(host.stat(`${top}/secret.txt`), undefined);
  assert.equal(host.read(`${top}/repo/link.txt`), undefined);
  assert.equal(host.problem(`${top}/repo/link.txt`), 'lies outside the workspace');
  assert.equal(host.read(`${top}/repo/inside.py`), 'b');
  assert.equal(host.read(`${top}/package.json`), '{}');
  assert.equal(host.read(`${top}/repo/node_modules/x/package.json`), '{}');
  assert.equal(host.stat(`${top}/repo/loop.py`), undefined);
  assert.equal(host.stat(`${top}/repo`), 'directory');
  assert.equal(host.stat(`${top}/repo/a.py`), 'file');
});

test('a file is written back in its own encoding, with its mark and its permissions', (t) => {
  const root = folder(t, { 'a.py': Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('old\r\n', 'utf16le')]) });
  fs.chmodSync(`${root}/a.py`, 0o750);
  const before = readTextFile(`${root}/a.py`) as TextFile;
  writeTextFile(`${root}/a.py`, before.text.replace('old', 'new'), before);
  assert.deepEqual(fs.readFileSync(`${root}/a.py`), Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('new\r\n', 'utf16le')]));
  assert.equal(fs.statSync(`${root}/a.py`).mode & 0o777, 0o750);
  assert.deepEqual(fs.readdirSync(root), ['a.py']);
});

test('bytes that are no UTF-8 are read, but marked as not to be written back', (t) => {
  const root = folder(t, { 'latin1.py': Buffer.from('# caf\xe9', 'latin1') });
  const file = readTextFile(`${root}/latin1.py`) as TextFile;
  assert.equal(file.text, '# caf\uFFFD');
  assert.equal(file.faithful, false);
});
