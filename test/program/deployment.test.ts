/** Models that a deployment or a visitor may change: the default that the code gives. */
import { PY, type Row, TS, table } from '../analyze/workspace.ts';

const want = { model: 'claude-opus-4-8 default' };
const ts = (model: string) => `client.messages.create({ model: ${model}, max_tokens: 9, messages: [] })`;
const py = (model: string) => `client.messages.create(model=${model}, max_tokens=9, messages=[])`;
const ST = `import streamlit as st\n${PY}`;

const rows: Row[] = [
  {
    name: 'the configuration of NestJS',
    want: { model: 'claude-opus-4-8 env-default' },
    ts: `import { ConfigService } from '@nestjs/config';\n${TS}export class Chat {\n  private readonly model: string;\n  constructor(private readonly config: ConfigService) { this.model = config.get<string>('MODEL', 'claude-opus-4-8'); }\n  ask() { return ${ts('this.model')}; }\n}`,
  },
  {
    name: 'the configuration of Flask',
    want: { model: 'claude-opus-4-8 env-default' },
    py: `from flask import current_app\n${PY}def ask():\n    return ${py('current_app.config.get("MODEL", "claude-opus-4-8")')}`,
  },
  {
    name: 'an entry of a Streamlit session',
    want,
    py: `${ST}if "model" not in st.session_state:\n    st.session_state["model"] = "claude-opus-4-8"\n${py('st.session_state["model"]')}`,
  },
  {
    name: 'an attribute of a Streamlit session',
    want,
    py: `${ST}st.session_state.model = "claude-opus-4-8"\ndef ask():\n    ${py('st.session_state.model')}`,
  },
  { name: 'a secret with a default', want: { model: 'claude-opus-4-8 env-default' }, py: `${ST}${py('st.secrets.get("MODEL", "claude-opus-4-8")')}` },
  {
    name: 'a choice of models: the first',
    want: { model: 'claude-opus-4-8 constant', alternatives: ['claude-haiku-4-5 constant'] },
    py: `${ST}model = st.sidebar.selectbox("Model", ["claude-opus-4-8", "claude-haiku-4-5"])\n${py('model')}`,
  },
  {
    name: 'a choice of models that begins at another one',
    want: { model: 'claude-haiku-4-5 constant', alternatives: ['claude-opus-4-8 constant'] },
    py: `${ST}model = st.radio("Model", ["claude-opus-4-8", "claude-haiku-4-5"], index=1)\n${py('model')}`,
  },
  { name: 'a field for a name', want, py: `${ST}model = st.text_input("Model", value="claude-opus-4-8")\n${py('model')}` },
  { name: 'an empty field', want: { model: '? dynamic' }, py: `${ST}model = st.text_input("Model")\n${py('model')}` },
];

table(rows);
