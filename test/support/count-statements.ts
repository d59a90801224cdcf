export { fewestStatements, statementsOf } from '../../backend-mock/test/support/count-statements.ts';
