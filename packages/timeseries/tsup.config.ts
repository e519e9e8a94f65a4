import { library } from '../../tooling/tsup/preset.ts';

export default library({ entry: { index: 'src/index.ts', plot: 'src/plotting/index.ts' } });
