/** Entry of the bundle that the VS Code client starts: IPC or stdio, as the arguments say. */
import { keepCompiledCode } from '../workspace/compiled-code.ts';

keepCompiledCode();
const { startServer } = await import('./index.ts');
startServer();
