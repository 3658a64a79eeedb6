import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { tokensCss } from '../src/view/tokens.ts';

const NAME = 'virtual:tokens.css';

/** The design tokens as a style sheet of their own, so that the page needs no inline style. */
function tokens(): Plugin {
  return {
    name: 'joulewright-tokens',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
    load: (id) => (id === `\0${NAME}` ? tokensCss() : undefined),
  };
}

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react(), tokens()],
  build: {
    outDir: '../dist/dashboard',
    emptyOutDir: true,
    target: 'es2022',
    // Small pictures would become data: URLs; the page is served under a policy without them.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080', '/v1': 'http://127.0.0.1:8080' } },
});
