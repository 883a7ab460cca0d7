"""Back-and-forth translation: functions become a user's words, words become filled calls (METHOD.md §5)."""
