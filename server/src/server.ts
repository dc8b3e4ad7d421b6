// The language server's process, as editors start it.
import './tuning.js';
import { serve } from './lsp/serve.js';

serve();
