/** Asking for another model: in the body or in the path, wherever the API has it, and every other byte as it was. */
import { withField } from './body-edit.ts';
import type { WireMatch } from './types.ts';

export interface ModelEdit {
  /** Path and query. */
  readonly path: string;
  /** The body in pieces; undefined where it does not name the model. */
  readonly pieces?: readonly Uint8Array[];
}

/** Where a path names its model, by what stands before and behind it. */
const IN_PATH: readonly RegExp[] = [
  /(\/model\/)[^/?]+(?=\/(?:converse|invoke))/,
  /(\/deployments\/)[^/?]+(?=\/)/,
  /(\/(?:models|tunedModels|endpoints)\/)[^/:?]+(?=:)/,
];

/** The request for `model`; undefined where neither path nor body can say it. */
export function withModel(match: WireMatch, path: string, body: Uint8Array, model: string): ModelEdit | undefined {
  if (match.model === undefined) {
    const pieces = withField(body, ['model'], JSON.stringify(model));
    return pieces && { path, pieces };
  }
  const [plain = '', ...query] = path.split('?');
  const pattern = IN_PATH.find((one) => one.test(plain));
  if (!pattern) return undefined;
  const edited = plain.replace(pattern, (_whole, before: string) => `${before}${encodeURIComponent(model).replaceAll('%40', '@')}`);
  return { path: [edited, ...query].join('?') };
}
