/** Streamlit: what its session holds, and what its widgets give until a person chooses otherwise. */
import type { CallExpr } from '../frontends/source-unit.ts';
import type { Span } from '../model.ts';
import { choice, reword } from './combine.ts';
import type { Evaluator } from './evaluate.ts';
import { oneOf } from './lists.ts';
import type { Env, ExternalCall, ExternalValue, Value } from './values.ts';

const isStreamlit = ({ module }: ExternalValue): boolean => /^streamlit(\.|$)/.test(module);
const isConstant = (value: Value): boolean => value.kind === 'const' && value.value !== null && value.value !== '';

/** `st.session_state["model"]`: the constants that the file puts there; undefined where it puts none, and for what is no session. */
export function sessionEntry(evaluator: Evaluator, value: ExternalValue, name: string, span: Span, env: Env): Value | undefined {
  if (!isStreamlit(value) || !/(^|\.)session_state$/.test(value.signature)) return undefined;
  const { index } = env;
  const set = [...index.mutations].flatMap(([root, all]) => (/(^|\.)session_state$/.test(root) ? all : [])).filter((m) => m.kind === 'set');
  const values = set.flatMap((m) => (m.key === name && m.value ? [evaluator.evaluate(m.value, { index, frame: m.frame })] : []));
  const constants = values.flatMap((v) => (v.kind === 'choice' ? v.options : [v])).filter(isConstant);
  return constants.length > 0 ? reword(choice(constants, evaluator.at(span, env)), 'default') : undefined;
}

/** `st.selectbox('Model', […])`: one of them, the first to begin with. `st.text_input('Model', 'x')`, `st.slider('Cap', 1, 100, 50)`: where it begins. */
export function widgetValue(evaluator: Evaluator, value: ExternalValue, expr: CallExpr, env: Env): Value | undefined {
  const widget = isStreamlit(value) ? /(^|\.)(\w+)\(\)$/.exec(value.signature)?.[2] : undefined;
  const made: ExternalCall = { call: expr, env };
  if (widget === 'selectbox' || widget === 'radio' || widget === 'select_slider') return ofList(evaluator, made);
  const position = widget === 'text_input' || widget === 'text_area' ? 1 : widget === 'slider' || widget === 'number_input' ? 3 : undefined;
  const first = position === undefined ? undefined : evaluator.argument(made, 'value', position);
  return first && isConstant(first) ? reword(first, 'default') : undefined;
}

function ofList(evaluator: Evaluator, made: ExternalCall): Value | undefined {
  const list = evaluator.argument(made, 'options', 1);
  const start = evaluator.argument(made, 'index', 2);
  if (list?.kind !== 'array') return undefined;
  const at = start?.kind === 'const' && typeof start.value === 'number' ? start.value : 0;
  const items = [...list.items.slice(at), ...list.items.slice(0, at)];
  return oneOf(evaluator, { ...list, items }, made.call, made.env);
}
