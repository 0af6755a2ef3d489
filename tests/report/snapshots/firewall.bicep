param firewallPolicyName string

resource policy 'Microsoft.Network/firewallPolicies@2023-11-01' existing = {
  name: firewallPolicyName
}

resource group 'Microsoft.Network/firewallPolicies/ruleCollectionGroups@2023-11-01' = {
  parent: policy
  name: 'acrdns-plant'
  properties: {
    priority: 200
    ruleCollections: [
      {
        ruleCollectionType: 'FirewallPolicyFilterRuleCollection'
        name: 'acrdns-plant'
        priority: 200
        action: {
          type: 'Allow'
        }
        rules: [
          {
            ruleType: 'ApplicationRule'
            name: 'contoso-azurecr-io'
            description: 'login server of contoso'
            protocols: [
              {
                protocolType: 'Https'
                port: 443
              }
            ]
            sourceAddresses: [
              '192.168.0.0/16'
            ]
            targetFqdns: [
              'contoso.azurecr.io'
            ]
          }
          {
            ruleType: 'ApplicationRule'
            name: 'contoso-eastus-data-azurecr-io'
            description: 'data endpoint of contoso in its home region eastus'
            protocols: [
              {
                protocolType: 'Https'
                port: 443
              }
            ]
            sourceAddresses: [
              '192.168.0.0/16'
            ]
            targetFqdns: [
              'contoso.eastus.data.azurecr.io'
            ]
          }
          {
            ruleType: 'ApplicationRule'
            name: 'azurecr-io'
            description: 'certificate name: the certificate of every registry is for a wildcard below it'
            protocols: [
              {
                protocolType: 'Https'
                port: 443
              }
            ]
            sourceAddresses: [
              '192.168.0.0/16'
            ]
            targetFqdns: [
              'azurecr.io'
            ]
          }
          {
            ruleType: 'ApplicationRule'
            name: 'login-microsoftonline-com'
            description: 'Entra ID: identities of Entra ID log in there first; tokens of the registry do not; Resource Manager takes its tokens'
            protocols: [
              {
                protocolType: 'Https'
                port: 443
              }
            ]
            sourceAddresses: [
              '192.168.0.0/16'
            ]
            targetFqdns: [
              'login.microsoftonline.com'
            ]
          }
          {
            ruleType: 'ApplicationRule'
            name: 'management-azure-com'
            description: 'Resource Manager: az acr, templates, Terraform; runs are queued there; the run itself reaches the registry from Azure'
            protocols: [
              {
                protocolType: 'Https'
                port: 443
              }
            ]
            sourceAddresses: [
              '192.168.0.0/16'
            ]
            targetFqdns: [
              'management.azure.com'
            ]
          }
          {
            ruleType: 'ApplicationRule'
            name: 'mcr-microsoft-com'
            description: 'Microsoft registry: base images of Microsoft, for builds on an agent in this network'
            protocols: [
              {
                protocolType: 'Https'
                port: 443
              }
            ]
            sourceAddresses: [
              '192.168.0.0/16'
            ]
            targetFqdns: [
              'mcr.microsoft.com'
            ]
          }
          {
            ruleType: 'ApplicationRule'
            name: 'all-data-mcr-microsoft-com'
            description: 'Microsoft registry data: their layers'
            protocols: [
              {
                protocolType: 'Https'
                port: 443
              }
            ]
            sourceAddresses: [
              '192.168.0.0/16'
            ]
            targetFqdns: [
              '*.data.mcr.microsoft.com'
            ]
          }
        ]
      }
    ]
  }
}
