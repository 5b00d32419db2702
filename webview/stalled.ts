import { post } from './host/vscodeApi';

document.getElementById('reload')?.addEventListener('click', () => post({ type: 'reload' }));
