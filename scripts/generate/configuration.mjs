/** The editor's settings: the keys of `costlint.json` and those that only an editor has, as VS Code wants them in package.json. */
import { configJsonSchema, plainSchema } from './schema.mjs';

/** What an empty setting is. Objects are never filled in: the server could not tell a default from a choice that overrides `costlint.json`. */
const EMPTY = { object: {}, array: [] };

/**
 * Settings that are not made from the schemas keep what `existing` says.
 * @param {Record<string, unknown>} existing
 */
export function configurationProperties(sources, existing) {
  const { $schema, ...shared } = configJsonSchema(sources).properties;
  const editor = plainSchema(sources, sources.editorSettingsSchema).properties;
  const made = Object.fromEntries(
    Object.entries({ ...shared, ...editor }).map(([key, schema]) => [`costlint.${key}`, { scope: 'resource', ...schema, ...emptied(schema) }]),
  );
  const others = Object.entries(existing).filter(([key]) => !(key in made));
  return { ...made, ...Object.fromEntries(others) };
}

const emptied = ({ type }) => (type in EMPTY ? { default: EMPTY[type] } : {});
