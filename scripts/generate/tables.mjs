/** The tables of the README. */
import { configJsonSchema, plainSchema } from './schema.mjs';

const cell = (text) => String(text).replaceAll('|', '\\|');
const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

export const rulesTable = ({ rules }) =>
  table(
    ['Rule', 'Severity', 'Finds'],
    rules.map(({ id, meta }) => [`[\`${id}\`](docs/rules/${id}.md)`, meta.severity, meta.summary]),
  );

/** Keys of `costlint.json`, then those of the editor alone. */
export function settingsTable(sources) {
  const shared = Object.entries(configJsonSchema(sources).properties).filter(([key]) => key !== '$schema');
  const rows = shared.flatMap(([key, schema]) => (key === 'rules' ? [row(key, schema)] : [row(key, schema), ...inner(key, schema)]));
  const editor = Object.entries(plainSchema(sources, sources.editorSettingsSchema).properties);
  return table(['Setting', 'Default', 'What it does'], [...rows, ...editor.map(([key, schema]) => row(`${key}`, schema, ' (editor only)'))]);
}

const inner = (key, { properties = {} }) =>
  Object.entries(properties)
    .filter(([, schema]) => schema.type !== 'object')
    .map(([name, schema]) => row(`${key}.${name}`, schema));

const row = (key, { default: value, description = '' }, note = '') => [
  `\`${key}\``,
  value === undefined || typeof value === 'object' ? '' : `\`${value}\``,
  description + note,
];

/** Replaces what stands between `<!-- name:start -->` and `<!-- name:end -->`. */
export function fillMarkers(text, contents) {
  let result = text;
  for (const [name, content] of Object.entries(contents)) {
    const pattern = new RegExp(`(<!-- ${name}:start[^>]*-->)[\\s\\S]*?(<!-- ${name}:end -->)`);
    if (!pattern.test(result)) throw new Error(`README.md has no <!-- ${name}:start --> … <!-- ${name}:end -->`);
    result = result.replace(pattern, (_, start, end) => `${start}\n\n${content}\n\n${end}`);
  }
  return result;
}
