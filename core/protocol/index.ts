/** Typed messages between editor, language server, gateway and panel. */
export * from './diagnostic-data.ts';
export * from './editor.ts';
export * from './message.ts';
export * from './settings.ts';
