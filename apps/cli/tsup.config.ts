import { library } from '../../tooling/tsup/preset.ts';

export default library({
  entry: { main: 'src/main.ts' },
  platform: 'node',
  dts: false,
  banner: { js: '#!/usr/bin/env node' },
});
