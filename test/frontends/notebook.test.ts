import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Notebook, parseNotebook } from '../../core/frontends/notebook.ts';
import { cellLanguage, pythonOfCell } from '../../core/frontends/python-magics.ts';

const code = (source: string | string[], more = {}) => ({ cell_type: 'code', metadata: {}, outputs: [], source, ...more });
const notebook = (cells: object[], metadata: object = { language_info: { name: 'python' } }): string =>
  JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells }, null, 1);

function read(text: string): Notebook {
  const result = parseNotebook(text);
  assert.ok(!('error' in result), 'error' in result ? result.error : '');
  return result;
}
function errorOf(text: string): string {
  const result = parseNotebook(text);
  assert.ok('error' in result);
  return result.error;
}
/** The rest of the file's line at an offset of the module. */
const inFile = (book: Notebook, file: string, offset: number): string => {
  const { line, column } = book.fileAt(offset);
  return (file.split('\n')[line - 1] as string).slice(column - 1);
};

describe('cells', () => {
  const file = notebook([
    { cell_type: 'markdown', metadata: {}, source: ['# Title "x"\n'] },
    code(['import anthropic\n', 'client = anthropic.Anthropic()']),
    code('%%bash\nls'),
    code('# \u{1F600} "quoted"\tdone\nclient.create("é")'),
  ]);
  const book = read(file);

  it('become one module of Python', () => {
    assert.equal(book.language, 'python');
    assert.equal(book.text, 'import anthropic\nclient = anthropic.Anthropic()\n# \u{1F600} "quoted"\tdone\nclient.create("é")\n');
    assert.deepEqual(
      book.cells.map((c) => [c.index, c.language, book.text.slice(c.start, c.end) === c.source]),
      [
        [1, 'python', true],
        [2, 'bash', false],
        [3, 'python', true],
      ],
    );
  });

  it('are found again from an offset of the module', () => {
    const at = book.cellAt(book.text.indexOf('client.create'));
    assert.equal(at?.cell.index, 3);
    assert.equal(at?.cell.source.slice(at.offset), 'client.create("é")');
    assert.equal(book.cellAt(0)?.cell.index, 1);
    // The line end between cells belongs to the cell in front of it.
    const [first] = book.cells;
    assert.deepEqual(book.cellAt(first?.end ?? 0), { cell: first, offset: first?.source.length });
  });

  it('lead to their place in the file, past what JSON escapes', () => {
    assert.match(inFile(book, file, book.text.indexOf('client = ')), /^client = anthropic\.Anthropic\(\)"$/);
    assert.match(inFile(book, file, book.text.indexOf('client.create')), /^client\.create\(\\"é\\"\)"/);
    assert.match(inFile(book, file, book.text.indexOf('quoted')), /^quoted\\"\\tdone/);
    const { offset, line, column } = book.fileAt(0);
    assert.equal(file.slice(offset, offset + 16), 'import anthropic');
    assert.equal(file.split('\n')[line - 1]?.slice(column - 1, column + 15), 'import anthropic');
  });

  it('know escaped surrogate pairs', () => {
    const escaped = notebook([code('x = "~"; f()')]).replace('~', '\\ud83d\\ude00');
    const read_ = read(escaped);
    assert.equal(read_.text, 'x = "\u{1F600}"; f()\n');
    assert.match(inFile(read_, escaped, read_.text.indexOf('f()')), /^f\(\)"/);
  });
});

describe('formats', () => {
  it('reads nbformat 3 with its worksheets', () => {
    const cells = [
      { cell_type: 'heading', level: 1, source: ['x'] },
      { cell_type: 'code', language: 'python', input: ['a = 1\n', 'f(a)'], outputs: [] },
      { cell_type: 'code', language: 'ruby', input: 'puts 1', outputs: [] },
    ];
    const file = JSON.stringify({ nbformat: 3, metadata: { name: '' }, worksheets: [{ cells }] }, null, 2);
    const book = read(file);
    assert.equal(book.text, 'a = 1\nf(a)\n');
    assert.deepEqual(
      book.cells.map((c) => c.language),
      ['python', 'ruby'],
    );
    assert.match(inFile(book, file, 6), /^f\(a\)"/);
  });

  it('takes the language from the kernel', () => {
    const other = read(notebook([code('x <- 1')], { kernelspec: { language: 'R' } }));
    assert.deepEqual([other.language, other.text, other.cellAt(0)], ['r', '', undefined]);
    assert.equal(read(notebook([code('x = 1')], {})).language, 'python');
    assert.equal(read(notebook([code('x = 1')], { language_info: { name: 'ipython' } })).text, 'x = 1\n');
  });

  it('takes the language of a cell that has one of its own', () => {
    const book = read(notebook([code('let x = 1', { metadata: { vscode: { languageId: 'javascript' } } }), code('f()')]));
    assert.deepEqual(
      book.cells.map((c) => c.language),
      ['javascript', 'python'],
    );
    assert.equal(book.text, 'f()\n');
  });

  it('reads a notebook without cells', () => assert.equal(read(notebook([])).text, ''));
});

describe('a file that is no notebook', () => {
  it('is named with its place and what to do', () => {
    assert.match(errorOf('{"cells": [\n  1,,\n]}'), /not valid JSON \(line 2, column 5.*save it again/);
    assert.match(errorOf(''), /empty/);
    assert.match(errorOf('<<<<<<< HEAD\n{}'), /merge conflict/);
    assert.match(errorOf('[]'), /no notebook cells/);
    assert.match(errorOf('{"nbformat": 4}'), /no notebook cells/);
    assert.match(errorOf('{"nbformat": 2, "worksheets": []}'), /nbconvert/);
    assert.match(errorOf('['.repeat(200_000)), /too deeply/);
  });

  it('may have cells that lack what they should have', () => {
    const book = read(notebook([{}, { cell_type: 'code' }, code([1, 'f()'] as unknown as string[]), { cell_type: 'code', source: null }]));
    assert.equal(book.text, '\nf()\n\n');
  });
});

describe('magics', () => {
  const cases: Readonly<Record<string, string>> = {
    '%pip install x\nimport x': '              \nimport x',
    '!ls -l\nf()': '      \nf()',
    '?f\nf?\nm.f??\nf()': '  \n  \n     \nf()',
    'files = !ls\nt = %timeit -o f()\nx = a % b': '           \n                  \nx = a % b',
    '%%time\nf()': '      \nf()',
    '%%capture out\n\nf()': '             \n\nf()',
    'if a:\n    !pip install x\nelse:\n  %cd\nf()': 'if a:\n    pass          \nelse:\n  0  \nf()',
    '!pip install a \\\n  b\nf()': '               \n   \nf()',
    'x = (a\n% b)\ny = [\n!c]': 'x = (a\n% b)\ny = [\n!c]',
    's = """\n%pip\n!ls\n"""\n%pip': 's = """\n%pip\n!ls\n"""\n    ',
    'x = a \\\n% b': 'x = a \\\n% b',
    'x = "it\'s (" # [\n%pip': 'x = "it\'s (" # [\n    ',
    "x = 'a\\'(' \n%pip": "x = 'a\\'(' \n    ",
    '%%bash\nls\r\n': '      \n  \r\n',
  };
  for (const [source, expected] of Object.entries(cases)) {
    it(JSON.stringify(source), () => {
      const found = pythonOfCell(source);
      assert.equal(found.length, source.length);
      assert.equal(found.replace(/ +$/gm, ''), expected.replace(/ +$/gm, ''));
    });
  }

  it('name the language of a cell', () => {
    const sources = ['f()', '%%bash\nls', '\n%%html\n<p>', '%%timeit -n 1\nf()', '%%writefile a.py\nf()', '%pip x'];
    assert.deepEqual(sources.map(cellLanguage), ['python', 'bash', 'html', 'python', 'writefile', 'python']);
  });
});
