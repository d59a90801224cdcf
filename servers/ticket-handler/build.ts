import { buildServer } from '@narrow-deputies/server-kit/build';

await buildServer(import.meta.dirname);
