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
            description: 'the bare suffix, optional: Microsoft\'s page asks for it because of the certificate, though no pull or push connects to it'
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
            description: 'Microsoft Entra ID: to log in with an identity, as az acr login does; not with a token of the registry; tokens for Azure Resource Manager'
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
            description: 'Azure Resource Manager: az acr, templates and Terraform; runs of ACR Tasks are queued there; they reach the registry from Azure'
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
            description: 'Microsoft Container Registry: base images of Microsoft, where an agent pool builds in this network'
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
            description: 'Microsoft Container Registry: layers of these base images'
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
