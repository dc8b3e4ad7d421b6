// The language server's process, as editors start it.
import { serve } from './lsp/serve.js';

serve();
