// "Did you mean" for what a person typed on the command line.
export { closest } from '../rules/closest.js';
