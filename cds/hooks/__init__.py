"""The second floor: the words and use cases of CDS Hooks. No routes, headers or status codes; nothing here logs."""
