/** Entry of the bundle that the VS Code client starts: IPC or stdio, as the arguments say. */
import { startServer } from './index.ts';

startServer();
