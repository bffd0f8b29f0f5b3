import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist', 'src/sdk/api.d.ts'] },
  tseslint.configs.recommended,
);
