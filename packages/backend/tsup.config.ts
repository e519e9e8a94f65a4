import { library } from '../../tooling/tsup/preset.ts';

export default library({ entry: { index: 'src/index.ts', conformance: 'src/conformance/index.ts' } });
