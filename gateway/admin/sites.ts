/** Call sites of workspaces, and what was seen at each. */
import { tellSitesSchema } from '../../core/protocol/observed.ts';
import { type Answer, type Asked, checked, ok, wrong } from './answer.ts';

export const tellSites = ({ core, json }: Asked): Answer | Promise<Answer> =>
  checked(tellSitesSchema, json, async ({ workspace, sites }) => ok(await core.observed.setSites(workspace, sites)));

export async function observed({ core, query }: Asked): Promise<Answer> {
  const workspace = query.get('workspace');
  if (!workspace) return wrong('say of which workspace: ?workspace=…, as POST /costlint/sites named it');
  return ok(await core.observed.answer(workspace));
}
