import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import 'virtual:tokens.css';
import 'uplot/dist/uPlot.min.css';
import './room.css';
import { Room } from './Room.tsx';

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <Room />
    </StrictMode>,
  );
}
