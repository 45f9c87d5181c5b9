console.log('cdk-mcp');
