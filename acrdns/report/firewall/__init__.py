"""The rules of a firewall, as a list, as data, and in the languages of firewalls."""
