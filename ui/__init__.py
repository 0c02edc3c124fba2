"""The screen: Qt Quick pages and their view models. Knows services, never the store."""
