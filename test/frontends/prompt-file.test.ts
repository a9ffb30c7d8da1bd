import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isPromptPath, promptFile } from '../../core/frontends/prompt-file.ts';
import type { SourceUnit } from '../../core/frontends/source-unit.ts';
import { print } from './typescript-print.ts';

const read = (text: string, path = 'a.prompt'): SourceUnit => promptFile.parse(path, text);

/** `role: parts` for each message. */
const messages = (text: string, path?: string): string[] =>
  read(text, path).prompt?.messages.map(({ role, parts }) => `${role}: ${parts.map(print).join(' ')}`) ?? [];

describe('roles', () => {
  it('of Prompty come from lines', () =>
    assert.deepEqual(messages('---\nmodel: gpt-4o\n---\nsystem:\nYou are {{name}}.\n\n# user:\n{{question}}\nassistant[x=1]:\nHi\n', 'a.prompty'), [
      'system: "You are " name "."',
      'user: question',
      'assistant: "Hi"',
    ]));

  it('of lines count only when the body begins with one', () => {
    assert.deepEqual(messages('system:\nA\nuser:\nB', 'prompts/a.md'), ['system: "A"', 'user: "B"']);
    assert.deepEqual(messages('An example follows.\nuser:\nB', 'prompts/a.md'), ['user: "An example follows.\\nuser:\\nB"']);
  });

  it('are lines of their own', () => assert.deepEqual(messages('system:\nA {{x}}user:\nB'), ['system: "A " x "user:\\nB"']));

  it('of dotprompt come from the role helper; its model is the assistant', () =>
    assert.deepEqual(messages('{{role "system"}}\nA\n{{role "user"}}{{x}}\n{{role "model"}} B'), ['system: "A"', 'user: x', 'assistant: "B"']));

  it('of Semantic Kernel and Banks come from message and chat tags', () => {
    assert.deepEqual(messages('<message role="system">A</message>\n<message role="user">{{x}}</message>', 'a.hbs'), ['system: "A"', 'user: x']);
    assert.deepEqual(messages('{{#message role="developer"}}A{{/message}}{{#message role="user"}}B{{/message}}', 'a.hbs'), [
      'system: "A"',
      'user: "B"',
    ]);
    assert.deepEqual(messages('{% chat role="system" %}A{% endchat %}{% chat role="user" %}B{% endchat %}', 'a.jinja'), ['system: "A"', 'user: "B"']);
  });

  it('without marks: the name of the file says whether it is the system prompt', () => {
    assert.deepEqual(messages('Do it.', 'prompts/summary.md'), ['user: "Do it."']);
    for (const name of ['system.md', 'agent-system-prompt.txt', 'instructions.jinja', 'coder.persona.j2']) {
      assert.deepEqual(messages('Do it.', `prompts/${name}`), ['system: "Do it."']);
    }
    assert.deepEqual(messages('Do it.', 'prompts/ecosystems.md'), ['user: "Do it."']);
  });

  it('without any text there is no message', () => assert.deepEqual(messages('  \n'), []));
});

describe('variables', () => {
  const cases: Record<string, string> = {
    'a {{x}} b': '"a " x " b"',
    '{{{raw}}} {{& amp}}': 'raw " " amp',
    '{{- user.name | upper }} {{~ a.b-c ~}}': 'user.name " " a.b-c',
    '{{ now() }} {{ strftime("%Y") }} {{ a.b() }}': 'now() " " strftime() " " a.b()',
    '{{ "text" }}': '"text"',
    '{{ x if y else "z" }}': '<x, if, y, else>',
    '{{#if a}}yes{{else}}no{{/if}}{{^b}}none{{/b}}': '"yes" "no" "none"',
    '{{#each xs}}{{this.name}}{{@index}}{{../y}}{{/each}}': 'this.name @index y',
    '{% for x in xs %}{{ x }}{% endfor %}': 'x',
    '{{> header}} {% include "footer.j2" %}': '<header> " " <>',
    'a{# no #}b{{! no }}c{{!-- {{no}} --}}d': '"a" "b" "c" "d"',
    '{% raw %}{{x}}{% endraw %} {% comment %}{{y}}{% endcomment %}z': '"{{x}}" " " "z"',
    'JSON { "a": {"b": 1} } and \\{{x}}': '"JSON { \\"a\\": {\\"b\\": 1} } and \\\\{{x}}"',
    '# Title {#anchor}': '"# Title {#anchor}"',
  };
  for (const [text, expected] of Object.entries(cases)) {
    it(text, () => assert.deepEqual(messages(text, 'a.jinja'), [`user: ${expected}`]));
  }

  it('of Handlebars leave Jinja marks alone', () => assert.deepEqual(messages('{% x %}{# y #}', 'a.hbs'), ['user: "{% x %}{# y #}"']));

  it('and text stand where the spans say', () => {
    const text = '---\na: 1\n---\n\nHello {{ user.name }}, bye\n';
    const [message] = read(text).prompt?.messages ?? [];
    assert.deepEqual(
      message?.parts.map((part) => text.slice(part.start, part.end)),
      ['Hello ', 'user.name', ', bye'],
    );
    assert.equal(text.slice(message?.span.start, message?.span.end), 'Hello {{ user.name }}, bye');
    const name = message?.parts[1];
    assert.equal(name?.kind === 'member' && text.slice(name.nameSpan.start, name.nameSpan.end), 'name');
  });
});

describe('front matter', () => {
  const cases: Record<string, readonly [string | undefined, number | undefined]> = {
    'model: googleai/gemini-2.5-flash\nconfig:\n  maxOutputTokens: 400': ['googleai/gemini-2.5-flash', 400],
    'model:\n  api: chat\n  configuration:\n    type: azure_openai\n    azure_deployment: gpt-4o\n  parameters:\n    max_tokens: 3000': [
      'gpt-4o',
      3000,
    ],
    'model:\n  id: gpt-4o-mini\n  options:\n    maxOutputTokens: 1000': ['gpt-4o-mini', 1000],
    'model: { configuration: { azure_deployment: "${env:DEPLOYMENT}" } }': [undefined, undefined],
    'model: [gpt-4o, o3]\nmax_tokens: many': ['gpt-4o', undefined],
    'execution_settings:\n  default:\n    model_id: gpt-4\n    max_tokens: 10': ['gpt-4', 10],
    'name: no model\nconfig: 3': [undefined, undefined],
    '- a\n- b': [undefined, undefined],
    '': [undefined, undefined],
  };
  for (const [yaml, [model, cap]] of Object.entries(cases)) {
    it(JSON.stringify(yaml), () => {
      const { prompt, damage } = read(`---\r\n${yaml}\r\n---\r\nHi`);
      assert.deepEqual([prompt?.model?.value, prompt?.maxOutputTokens?.value], [model, cap]);
      assert.deepEqual(damage, []);
      assert.equal(prompt?.messages.length, 1);
    });
  }

  it('keeps the places of its values', () => {
    const text = '---\nmodel: "gpt-4o" # here\nconfig: { maxOutputTokens: 5 }\n---\nHi';
    const { prompt } = read(text);
    assert.equal(text.slice(prompt?.model?.span.start, prompt?.model?.span.end), '"gpt-4o"');
    assert.equal(text.slice(prompt?.maxOutputTokens?.span.start, prompt?.maxOutputTokens?.span.end), '5');
    assert.equal(text.slice(prompt?.frontMatter?.start, prompt?.frontMatter?.end), text.slice(0, -2));
  });

  it('that is broken is damage; the body is read', () => {
    const text = '---\nmodel: [a\nb: "c\n---\nHi {{x}}';
    const unit = read(text);
    assert.notEqual(unit.damage.length, 0);
    for (const { start, end } of unit.damage) assert.ok(0 <= start && start <= end && end <= text.length);
    assert.deepEqual(messages(text), ['user: "Hi " x']);
  });

  it('that is not closed is damage as a whole', () => {
    const unit = read('---\nmodel: gpt-4o\nHi');
    assert.deepEqual(unit.damage, [{ start: 0, end: unit.text.length }]);
    assert.deepEqual(unit.prompt?.messages, []);
  });

  it('is none in the middle of a text', () => assert.deepEqual(messages('Hi\n---\nmodel: x\n---\n'), ['user: "Hi\\n---\\nmodel: x\\n---"']));
});

describe('half-typed and hostile templates', () => {
  it('an unclosed variable is damage to the end of its line, and text', () => {
    const text = 'A {{x}} {{ y\nB';
    const unit = read(text);
    assert.deepEqual(
      unit.damage.map((d) => text.slice(d.start, d.end)),
      ['{{ y'],
    );
    assert.deepEqual(messages(text), ['user: "A " x " {{ y\\nB"']);
  });

  const hostile: Record<string, string> = {
    marks: '{{'.repeat(20_000),
    braces: '{'.repeat(20_000),
    tags: '{%'.repeat(20_000),
    'front matter of brackets': `---\n${'['.repeat(20_000)}\n---\n`,
    'front matter of aliases': `---\na: &a [x,x]\n${Array.from({ length: 30 }, (_, i) => `b${i}: &b${i} [*a, *a]`).join('\n')}\nmodel: *a\n---\n`,
    'front matter of indents': `---\n${Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')}\n---\n`,
    'no text': '\0\uFFFF\uD800---\n'.repeat(1000),
    'blanks before a filter': `{{ x${' '.repeat(20_000)}y }}`,
    'role lines': 'system:\n'.repeat(20_000),
    nothing: '',
    'byte order mark': '\uFEFF---\nmodel: a\n---\n',
  };
  for (const [name, text] of Object.entries(hostile)) it(`${name}: read without an error`, () => assert.equal(read(text).text, text));
});

describe('comments to costlint', () => {
  it('are those of the template, of HTML and of the front matter', () => {
    const text = '---\na: 1 # costlint-disable-file a -- b\n---\n{# costlint c #} {{! costlint d }} <!-- costlint e --> costlint {# f #}\n';
    const unit = read(text);
    assert.deepEqual(
      unit.comments.map((comment) => comment.text),
      ['costlint-disable-file a -- b', 'costlint c', 'costlint d', 'costlint e'],
    );
    assert.equal(text.slice(unit.comments[0]?.start, unit.comments[0]?.end), '# costlint-disable-file a -- b');
  });
});

describe('isPromptPath', () => {
  const yes = [
    'a.prompt',
    'x/b.prompty',
    'c.prompt.md',
    'd.prompt.txt',
    'prompts/e.md',
    'src/prompts/deep/f.TXT',
    'prompt\\g.md',
    'h.jinja',
    'i.system.j2',
    'j.md.hbs',
  ];
  const no = ['a.md', 'docs/b.txt', 'prompts/README.md', 'prompts/c.py', 'page.html.jinja2', 'nginx.conf.j2', 'myprompts/d.md', 'prompts', 'e'];
  for (const path of yes) it(`takes ${path}`, () => assert.equal(isPromptPath(path), true));
  for (const path of no) it(`leaves ${path}`, () => assert.equal(isPromptPath(path), false));
});
