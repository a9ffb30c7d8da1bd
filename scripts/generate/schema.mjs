/** JSON schemas (draft 7, which every editor knows) from the zod schemas. */

/** The schema of `costlint.json`, with each rule explained. */
export function configJsonSchema(sources) {
  const { $schema, ...schema } = plainSchema(sources, sources.configSchema);
  schema.properties.rules = rulesSchema(sources, schema.properties.rules);
  return { $schema, title: 'Costlint configuration', allowComments: true, allowTrailingCommas: true, ...schema };
}

/** What a person may write: defaults make a key optional. */
export const plainSchema = ({ z }, schema) => z.toJSONSchema(schema, { io: 'input', target: 'draft-7' });

function rulesSchema({ rules, severitySchema }, { description, default: none }) {
  const properties = Object.fromEntries(
    rules.map(({ id, meta }) => [id, { description: meta.summary, enum: severitySchema.options, default: meta.severity }]),
  );
  return { description, default: none, type: 'object', additionalProperties: false, properties };
}
