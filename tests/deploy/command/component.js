// Stands in for the component `fc3`, which can be had from its vendor's own registry only. Serverless
// Devs loads it, checks the function by its schema, and hands `deploy` what the real one is handed.
// All that is done with it is to keep it beside this file, for the test to look at.
const fs = require('fs');
const path = require('path');

module.exports = class {
  async getSchema() {
    return fs.readFileSync(path.join(__dirname, 'schema.json'), 'utf8');
  }

  async deploy({ props, yaml, getCredential }) {
    const kept = path.join(__dirname, 'deployed');
    // It fails if there is one: no home is deployed from twice.
    fs.mkdirSync(kept);
    const { AccountID } = await getCredential();
    fs.writeFileSync(path.join(kept, 'inputs.json'), JSON.stringify({ props, account: AccountID }));
    if (props.code !== undefined) {
      // As the real one finds it: from where the file lies, with the modes as they are.
      const code = path.resolve(path.dirname(yaml.path), props.code);
      fs.cpSync(code, path.join(kept, 'code'), { recursive: true, verbatimSymlinks: true });
    }
    return { functionName: props.functionName };
  }
};
