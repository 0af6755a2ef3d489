"""Terraform: resources of states and plans, and each as the object of Azure that it stands for.

Read in this order: `resources` (walks over states and plans), `references` (values of a plan that are known after
apply, followed through its configuration), `azurerm` with `routed`, and `azapi` (the objects).
"""
