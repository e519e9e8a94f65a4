import { defineConfig } from 'vitest/config';
import { tests } from './tooling/vitest/preset.ts';

export default defineConfig(tests('build'));
