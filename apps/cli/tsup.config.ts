import { library } from '../../tooling/tsup/preset.ts';

export default library({
  entry: ['src/index.ts', 'src/main.ts'],
  platform: 'node',
  dts: { entry: 'src/index.ts' },
});
